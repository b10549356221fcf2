import type { ParkedRequestDetail } from '@holdfast/schemas'
import { type Failure, failureOf } from '../commands/failure.ts'

/** The outcome of a redrive. */
export type Redriven<T> = { readonly is: 'done'; readonly answer: T } | Failure

/**
 * Rejects with errors that are no answer of the engine. A redrive may be repeated after a lost answer: the engine
 * performs it once.
 */
export const redriven = <T>(send: () => Promise<T>): Promise<Redriven<T>> =>
  send().then(answer => ({ is: 'done', answer }) as const, failureOf)

/**
 * The state of a retry: a request that is parked nowhere has succeeded. `shown` is undefined once it is no longer
 * parked.
 */
export function tryingState(shown: Pick<ParkedRequestDetail, 'parked'> | undefined, askedAt: string): 'trying' | 'goesOn' | 'staysParked' {
  if (!shown) return 'goesOn'
  const isAnswered = shown.parked.every(({ failedAgainAt }) => failedAgainAt !== undefined && failedAgainAt >= askedAt)
  return isAnswered ? 'staysParked' : 'trying'
}
