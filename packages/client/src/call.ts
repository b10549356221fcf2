import { accepted, type Result, refused } from '@holdfast/schemas'
import type { DpopKey } from '@holdfast/trust'
import { EngineUnreachableError, type ProblemDetails, parseProblemDetails } from './problem-details.ts'
import { pause, pauseMsAfter, type Retries, retryAfterMsOf } from './retries.ts'

export interface Connection {
  readonly url: URL
  readonly token: string | (() => Promise<string>)
  /** The key that tokens are bound to; undefined for bearer tokens. */
  readonly dpop: DpopKey | undefined
  readonly fetch: typeof fetch
  /** The timeout of one attempt; for a stream, of its head. */
  readonly timeoutMs: number
  readonly retries: Retries
}

export interface CallOptions {
  readonly method?: 'GET' | 'POST'
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
}

type Attempt<T> =
  | { readonly answer: Result<T, ProblemDetails> }
  | { readonly notNow: ProblemDetails | EngineUnreachableError; readonly retryAfterMs: number }

/** Statuses of passing refusals: the same call may succeed in a moment. */
export const passing = new Set([429, 502, 503, 504])

/** A page of 100 requests has 100 kB, the history of one request some megabytes at most. */
const answerBytesMax = 64_000_000

/**
 * Calls until there is a final answer, within the limits of the retries. Each attempt has the same body and the same
 * key, so nothing is done twice. Returns a refusal; throws EngineUnreachableError if there is no engine.
 */
export async function call<T>(connection: Connection, path: string, options: CallOptions = {}): Promise<Result<T, ProblemDetails>> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptCall<T>(connection, path, options)
    if ('answer' in outcome) return outcome.answer
    if (attempt >= connection.retries.attemptsMax) {
      if (outcome.notNow instanceof Error) throw outcome.notNow
      return refused(outcome.notNow)
    }
    await pause(pauseMsAfter(attempt, connection.retries, outcome.retryAfterMs), options.signal)
  }
}

async function attemptCall<T>(connection: Connection, path: string, options: CallOptions): Promise<Attempt<T>> {
  const timeout = AbortSignal.timeout(connection.timeoutMs)
  let response: Response
  let text: string
  try {
    response = await openResponse(connection, path, options, timeout)
    text = await readText(response, connection)
  } catch (error) {
    options.signal?.throwIfAborted()
    if (timeout.aborted) return { notNow: unreachable(connection, `no answer in ${connection.timeoutMs} ms`, error), retryAfterMs: 0 }
    if (error instanceof EngineUnreachableError) return { notNow: error, retryAfterMs: 0 }
    throw error
  }
  if (response.ok) return { answer: accepted(parseAnswer<T>(text, connection)) }
  const problem = parseProblemDetails(response.headers.get('content-type'), text)
  const refusal = problem ?? unreachable(connection, `it answered ${response.status}, but not like an engine`)
  if (passing.has(response.status) || problem?.code === 'KEY_IN_FLIGHT')
    return { notNow: refusal, retryAfterMs: retryAfterMsOf(response.headers.get('retry-after'), Date.now()) }
  if (refusal instanceof Error) throw refusal
  return { answer: refused(refusal) }
}

/**
 * Sends one request and returns when the head of the answer has arrived. Throws EngineUnreachableError if none does,
 * whatever the network's reason; errors of the caller's headers or body are thrown unchanged.
 */
export async function openResponse(connection: Connection, path: string, options: CallOptions, deadline: AbortSignal): Promise<Response> {
  const { method = 'GET', query = {}, body, signal } = options
  const target = new URL(path, connection.url)
  for (const [name, given] of Object.entries(query))
    for (const value of [given ?? []].flat()) target.searchParams.append(name, String(value))
  const token = typeof connection.token === 'string' ? connection.token : await connection.token()
  const headers = new Headers({
    accept: 'application/json',
    ...options.headers,
    authorization: `${connection.dpop ? 'DPoP' : 'Bearer'} ${token}`,
  })
  // Made for this attempt only: each proof is good once.
  if (connection.dpop) headers.set('dpop', connection.dpop.prove({ method, url: target, token, now: new Date() }))
  if (body !== undefined) headers.set('content-type', 'application/json')
  const text = body === undefined ? null : JSON.stringify(body)
  try {
    return await connection.fetch(target, {
      method,
      headers,
      body: text,
      // A redirect would carry the token to another address.
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    })
  } catch (error) {
    throw unreachable(connection, reasonOf(error), error)
  }
}

export const unreachable = ({ url }: Connection, why: string, cause?: unknown) =>
  new EngineUnreachableError(`${url.origin}: ${why}`, { cause })

/** The network's message is in the innermost cause, such as `connect ECONNREFUSED 127.0.0.1:8080`. */
export function reasonOf(error: unknown): string {
  const { message, cause } = error as Error
  if (cause instanceof AggregateError && cause.errors[0]) return reasonOf(cause.errors[0])
  return cause instanceof Error ? reasonOf(cause) : message
}

/** Returns the body as text. Throws EngineUnreachableError if it is incomplete or never ends. */
export async function readText(response: Response, connection: Connection): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength
      if (bytes > answerBytesMax) throw new Error(`the answer is longer than ${answerBytesMax} bytes`)
      text += decoder.decode(chunk, { stream: true })
    }
  } catch (error) {
    throw unreachable(connection, reasonOf(error), error)
  }
  return text + decoder.decode()
}

function parseAnswer<T>(text: string, connection: Connection): T {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unreachable(connection, 'it answered something that is not JSON', error)
  }
}
