import type { Chance } from '../../../simulation/src/chance/chance.ts'
import { senders, type World } from '../world.ts'
import type { Documents } from './documents.ts'

/** The sources of an input. */
export interface Drawing {
  readonly number: number
  readonly chance: Chance
  readonly documents: Documents
  readonly world: World
}

/** Mostly one, rarely five. */
export const howMany = (chance: Chance): number => chance.pick([1, 1, 1, 2, 2, 3, 4, 5])

/** This part of the inputs stays valid: an accepted input costs the ledger much more than a refused one. */
export const isWhole = (chance: Chance): boolean => chance.happens(0.004)

/** A sender and its token. */
export function drawSender({ chance, world }: Drawing, roles: readonly string[] = []): { readonly by: string; readonly token: string } {
  const some = roles.length > 0 && chance.happens(0.92) ? senders.filter(([, role]) => roles.includes(role)) : senders
  const by = chance.pick(some).join('/')
  return { by, token: world.tokens().get(by) ?? '' }
}
