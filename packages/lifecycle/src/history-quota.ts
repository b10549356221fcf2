import { factsPerMemberRoleMax, type HistoryQuotaUsed, reservedFactsPerMemberRoleMax } from '@holdfast/core'
import { type CommandKind, commandDefinitionOf, type FactKind, memberRolePrefixOf } from '@holdfast/schemas'
import type { StateValue } from 'xstate'
import { phaseOf } from './states.ts'
import type { StatechartSnapshot } from './transition.ts'

interface QuotaState {
  readonly state: StatechartSnapshot
  readonly historyQuotaUsed: HistoryQuotaUsed
}

/** The fact that a member wants to add to a history. */
interface WantedFact {
  readonly kind: CommandKind
  readonly type: FactKind
  readonly actor: string
}

/**
 * Whether the history quota allows this fact of a member. Facts of the engine always fit: holds must expire, and
 * members' facts bound their number. Withdrawn shares are bounded too.
 */
export function fitsHistoryQuota(
  { state, historyQuotaUsed }: QuotaState,
  { kind, type, actor }: WantedFact,
  next: StatechartSnapshot,
): boolean {
  const used = historyQuotaUsed[memberRolePrefixOf(actor)] ?? 0
  const max = commandDefinitionOf(kind)?.mayUseReservedQuota ? factsPerMemberRoleMax + reservedFactsPerMemberRoleMax : factsPerMemberRoleMax
  return used < max || advances(state, next, type) || type === 'ShareWithdrawn'
}

/**
 * Whether the request advances to another phase or region state: verified, frozen, confirmed, being returned, ended. This
 * needs no quota, since without reopening it happens only a handful of times.
 */
function advances(before: StatechartSnapshot, next: StatechartSnapshot, type: FactKind): boolean {
  if (type === 'RequestReopened') return false
  if (phaseOf(before) !== phaseOf(next)) return true
  return ['mandate', 'recovery'].some(region => regionOf(before.value, region) !== regionOf(next.value, region))
}

const regionOf = (value: StateValue, region: string): unknown => (value as { frozen?: Record<string, unknown> }).frozen?.[region]
