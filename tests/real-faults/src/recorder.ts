import type { Attempt, GivenCommand, Read, SentAnswer, SentRequest } from '../../checker/observations.ts'

type Growing<T extends { readonly attempts: readonly Attempt[] }> = Omit<T, 'attempts'> & { readonly attempts: Attempt[] }

/** What members, persons, banks and readers sent and received, in the checker's format. */
export interface Recorder {
  readonly requests: Growing<SentRequest>[]
  readonly commands: Growing<GivenCommand>[]
  readonly answers: Growing<SentAnswer>[]
  readonly reads: Read[]
}

export const createRecorder = (): Recorder => ({ requests: [], commands: [], answers: [], reads: [] })

/** The answer of an endpoint. */
export interface Answered {
  readonly status: number | undefined
  readonly body: unknown
}

const patienceMs = 10_000

export interface Call {
  readonly method: 'GET' | 'POST'
  readonly token: string
  readonly key?: string
  readonly body?: string
}

/** Sends once. Without a status there was no answer, or none in time. */
export async function ask(url: string, { method, token, key, body }: Call): Promise<Answered> {
  try {
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(patienceMs),
    })
    const text = await response.text()
    return { status: response.status, body: parsed(text) }
  } catch {
    return { status: undefined, body: undefined }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

const codeOf = (body: unknown): string | undefined => (body as { code?: string } | undefined)?.code

/** An attempt in the checker's format: while a key's first attempt runs, its outcome is unknown. */
export function attemptOf(sentMs: number, { status, body }: Answered): Attempt {
  const isUnknown = status === undefined || status >= 500 || codeOf(body) === 'KEY_IN_FLIGHT'
  const outcome = isUnknown ? 'unknown' : status < 300 ? 'accepted' : 'refused'
  return { sentMs, endedMs: Date.now(), outcome, ...(body === undefined ? {} : { body }) }
}

/** A refusal that every repeat gets, from every process. */
const forGood = new Set([403, 409, 410, 422])
export const isForGood = ({ status, body }: Answered): boolean =>
  status !== undefined && forGood.has(status) && codeOf(body) !== 'KEY_IN_FLIGHT'
