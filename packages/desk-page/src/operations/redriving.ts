import type { ShownParked } from '@holdfast/schemas'
import { RefusedError, UnreachedError } from '../api/client.ts'

/** What became of what an operator asked for. */
export type Redriven<T> =
  | { readonly is: 'done'; readonly answer: T }
  | { readonly is: 'refused'; readonly code: string; readonly message: string }
  /** It is not known whether it was done: the same again is safe, since it is done once. */
  | { readonly is: 'lost' }
  | { readonly is: 'signInAgain' }

const staysOpen = (error: unknown): boolean =>
  error instanceof UnreachedError || (error instanceof RefusedError && ['UNAVAILABLE', 'INTERNAL', 'UNKNOWN'].includes(error.code))

/** Asks, and says what became of it. Rejects with what is none of the engine's answers. */
export async function redriven<T>(send: () => Promise<T>): Promise<Redriven<T>> {
  try {
    return { is: 'done', answer: await send() }
  } catch (error) {
    if (staysOpen(error)) return { is: 'lost' }
    if (!(error instanceof RefusedError)) throw error
    if (error.code === 'SIGN_IN_AGAIN') return { is: 'signInAgain' }
    return { is: 'refused', code: error.code, message: error.message }
  }
}

/** How trying again goes: a request that is parked nowhere goes on. `shown` is undefined once it is not parked any more. */
export function tryingState(shown: Pick<ShownParked, 'parked'> | undefined, askedAt: string): 'trying' | 'goesOn' | 'staysParked' {
  if (!shown) return 'goesOn'
  const isAnswered = shown.parked.every(({ failedAgainAt }) => failedAgainAt !== undefined && failedAgainAt >= askedAt)
  return isAnswered ? 'staysParked' : 'trying'
}
