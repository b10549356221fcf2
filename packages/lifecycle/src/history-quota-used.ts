import { memberRolePrefixOf } from '@holdfast/schemas'

/**
 * How many facts of any kind each country and role may give on a request. A request meets 10 to 100 facts in its life: more than this is a sender in a loop.
 * One side's facts use up no other side's room. With six roles that give facts, a history ends below a thousand.
 */
export const factsPerMemberRoleMax = 140

/** What each country and role may still give beyond that, of what says where money is or is the first word of two. */
export const reservedFactsPerMemberRoleMax = 20

/** How many facts each country and role has given. */
export type HistoryQuotaUsed = Readonly<Record<string, number>>

/** What is used after one more fact. */
export function historyQuotaUsedAfter(roomUsed: HistoryQuotaUsed, { actor }: { readonly actor: string }): HistoryQuotaUsed {
  if (actor.startsWith('holdfast/')) return roomUsed
  const side = memberRolePrefixOf(actor)
  return { ...roomUsed, [side]: (roomUsed[side] ?? 0) + 1 }
}
