import { type CommandKind, type FactKind, memberRolePrefixOf } from '@holdfast/schemas'
import type { StateValue } from 'xstate'
import { factsPerMemberRoleMax, type HistoryQuotaUsed, reservedFactsPerMemberRoleMax } from './history-quota-used.ts'
import { phaseOf } from './states.ts'
import type { StatechartSnapshot } from './transition.ts'

/** What a side's own room is for: reports of money, what two persons have to say, and the word that money is followed. */
const fromTheSidesRoom: ReadonlySet<CommandKind> = new Set([
  'ProposeVerification',
  'ReportFreeze',
  'ReportMovedOnward',
  'CorrectAnswer',
  'ConfirmFreeze',
  'ExtendFreeze',
  'InitiateReturn',
  'ReportReturn',
  'Withdraw',
  'Release',
  'CloseUnrecovered',
  'FollowOnward',
  'OrderErasure',
])

interface Standing {
  readonly state: StatechartSnapshot
  readonly roomUsed: HistoryQuotaUsed
}

/** What a member wants to add to a history. */
interface WantedFact {
  readonly kind: CommandKind
  readonly type: FactKind
  readonly actor: string
}

/** Whether a history still takes this of a member. The engine's own always fit: a hold that lapses must be seen to lapse, and their number is bounded by what members did; so is that of shares that are withdrawn. */
export function fitsHistoryQuota({ state, roomUsed }: Standing, { kind, type, actor }: WantedFact, next: StatechartSnapshot): boolean {
  const used = roomUsed[memberRolePrefixOf(actor)] ?? 0
  const max = fromTheSidesRoom.has(kind) ? factsPerMemberRoleMax + reservedFactsPerMemberRoleMax : factsPerMemberRoleMax
  return used < max || movesOn(state, next, type) || type === 'ShareWithdrawn'
}

/**
 * Whether the request is moved on for good. No side's room is needed for that, as it happens a handful of times at most once nothing is reopened any more: verified, frozen, confirmed,
 * being returned, ended.
 */
function movesOn(before: StatechartSnapshot, next: StatechartSnapshot, type: FactKind): boolean {
  if (type === 'RequestReopened') return false
  if (phaseOf(before) !== phaseOf(next)) return true
  return ['mandate', 'recovery'].some(region => regionOf(before.value, region) !== regionOf(next.value, region))
}

const regionOf = (value: StateValue, region: string): unknown => (value as { frozen?: Record<string, unknown> }).frozen?.[region]
