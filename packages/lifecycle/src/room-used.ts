import { factType, sideOf } from '@holdfast/schemas'

/**
 * A request meets 10 to 100 facts in its life. Up to here a history takes whatever is legal; more than this is a sender in a loop, and what is left is kept for what matters:
 * nobody may use up with interim answers, questions, proposals or a cent at a time what a freeze, a release, a withdrawal or a return needs.
 */
export const ordinaryMax = 850

/** What each country and role may still give beyond that, of what says where money is or is the first word of two. With six such roles and what moves on, a history ends below a thousand. */
export const sideRoomMax = 20

/** How many facts of each country and role lie beyond the ordinary room. */
export type RoomUsed = Readonly<Record<string, number>>

/** What is used after one more fact. */
export function roomUsedAfter(
  { sequence, roomUsed }: { readonly sequence: number; readonly roomUsed: RoomUsed },
  { type, actor }: { readonly type: string; readonly actor: string },
): RoomUsed {
  // Of refusals that an older ledger kept as facts no share is used.
  if (sequence < ordinaryMax || actor.startsWith('holdfast/') || type === factType('CommandRefused')) return roomUsed
  const side = sideOf(actor)
  return { ...roomUsed, [side]: (roomUsed[side] ?? 0) + 1 }
}
