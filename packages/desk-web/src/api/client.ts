import type { CountryView, Problem, RefusalCode, SessionView } from '@holdfast/schemas'

const sessionPath = '/v1/session'

/** A refusal of the engine, with code, message and problems. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly status: number
  readonly code: RefusalCode | 'UNKNOWN'
  readonly problems: readonly Problem[]
  readonly retryAfterMs: number | undefined
  constructor(
    status: number,
    body: { code?: RefusalCode; detail?: string; title?: string; problems?: readonly Problem[] },
    retryAfter: string | null,
  ) {
    super(body.detail ?? body.title ?? `HTTP ${status}`)
    this.status = status
    this.code = body.code ?? 'UNKNOWN'
    this.problems = body.problems ?? []
    this.retryAfterMs = retryAfter ? Number(retryAfter) * 1000 : undefined
  }
}

/** Thrown if no answer came: the outcome is unknown. */
export class UnreachedError extends Error {
  override readonly name = 'UnreachedError'
}

/** Called when the engine answers that no person is signed in. */
let onSignedOut = (): void => undefined
export const whenSignedOut = (listener: () => void): void => {
  onSignedOut = listener
}

/** The answer of the engine as text, with its media type. */
async function textOf(path: string, init: RequestInit = {}): Promise<{ readonly text: string; readonly type: string }> {
  const answer = await fetch(path, { ...init, headers: { accept: 'application/json', ...init.headers } }).catch(error => {
    throw new UnreachedError('the engine cannot be reached', { cause: error })
  })
  const text = await answer.text()
  if (!answer.ok) {
    const refused = new RefusedError(answer.status, readJson(text) ?? {}, answer.headers.get('retry-after'))
    if (refused.status === 401 && refused.code !== 'SIGN_IN_AGAIN' && path !== sessionPath) onSignedOut()
    throw refused
  }
  return { text, type: answer.headers.get('content-type') ?? '' }
}

const ask = async <T>(path: string, init?: RequestInit): Promise<T> => readJson((await textOf(path, init)).text) as T

function readJson(text: string): Record<string, never> | undefined {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

export const get = <T>(path: string, signal?: AbortSignal): Promise<T> => ask(path, signal ? { signal } : {})

/** Fetches a document that is not JSON, or is needed byte for byte. */
export const getText = (path: string, signal?: AbortSignal) => textOf(path, signal ? { signal } : {})

/** Sends an action with its key: the engine performs it once, however often it is sent. */
export const post = <T>(path: string, body: unknown, key?: string): Promise<T> =>
  ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key ? { 'idempotency-key': key } : {}) },
    body: JSON.stringify(body),
  })

/** Null if no person is signed in. */
export const getSession = (): Promise<SessionView | null> =>
  get<SessionView>(sessionPath).catch(error => {
    if (error instanceof RefusedError && error.status === 401) return null
    throw error
  })

export const getCountry = (country: string): Promise<CountryView> => get(`/v1/countries/${country}`)

/** Opens the sign-in, which returns to the current page. */
export function signIn(again = false): void {
  const back = encodeURIComponent(location.pathname + location.search)
  location.assign(`/auth/sign-in?${again ? 'again=1&' : ''}return=${back}`)
}

export async function signOut(): Promise<void> {
  await fetch('/auth/sign-out', { method: 'POST' })
  location.assign('/')
}
