import { memberRolePrefixOf } from '@holdfast/schemas'

/**
 * The most facts of any kind from each member role on a request. A request has 10 to 100 facts in its life; more mean a
 * sender in a loop. Each member role has its own quota. With six roles that give facts, a history ends below a thousand.
 */
export const factsPerMemberRoleMax = 140

/** Further facts that each member role may give: reports on money, and proposals. */
export const reservedFactsPerMemberRoleMax = 20

/** The number of facts of each member role. */
export type HistoryQuotaUsed = Readonly<Record<string, number>>

/** The used quota after one more fact. */
export function historyQuotaUsedAfter(used: HistoryQuotaUsed, { actor }: { readonly actor: string }): HistoryQuotaUsed {
  if (actor.startsWith('holdfast/')) return used
  const memberRole = memberRolePrefixOf(actor)
  return { ...used, [memberRole]: (used[memberRole] ?? 0) + 1 }
}

/** Whether the history quota of the actor's member role allows one more fact. */
export function fitsHistoryQuota(used: HistoryQuotaUsed, actor: string, mayUseReserved: boolean): boolean {
  const max = mayUseReserved ? factsPerMemberRoleMax + reservedFactsPerMemberRoleMax : factsPerMemberRoleMax
  return (used[memberRolePrefixOf(actor)] ?? 0) < max
}
