import type { ParkedRequestDetail } from '@holdfast/schemas'
import { type Failure, failureOf } from '../commands/failure.ts'

/** What became of a redrive. */
export type Redriven<T> = { readonly is: 'done'; readonly answer: T } | Failure

/** Rejects with what is no answer of the engine. A redrive may be sent again after a lost answer: the engine does it once. */
export const redriven = <T>(send: () => Promise<T>): Promise<Redriven<T>> =>
  send().then(answer => ({ is: 'done', answer }) as const, failureOf)

/** How trying again goes: a request that is parked nowhere goes on. `shown` is undefined once it is not parked any more. */
export function tryingState(shown: Pick<ParkedRequestDetail, 'parked'> | undefined, askedAt: string): 'trying' | 'goesOn' | 'staysParked' {
  if (!shown) return 'goesOn'
  const isAnswered = shown.parked.every(({ failedAgainAt }) => failedAgainAt !== undefined && failedAgainAt >= askedAt)
  return isAnswered ? 'staysParked' : 'trying'
}
