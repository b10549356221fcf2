import { type CommandKind, type FactKind, sideOf } from '@holdfast/schemas'
import type { StateValue } from 'xstate'
import { ordinaryMax, type Shares, shareMax } from './shares.ts'
import type { StatechartSnapshot } from './snapshot.ts'
import { phaseOf } from './states.ts'

/** What may be given from a share: reports of money, what two persons have to say, and the word that money is followed. */
const sharing: ReadonlySet<CommandKind> = new Set([
  'ProposeVerification',
  'ReportFreeze',
  'ReportMovedOnward',
  'ConfirmFreeze',
  'ExtendFreeze',
  'InitiateReturn',
  'ReportReturn',
  'Withdraw',
  'Release',
  'CloseUnrecovered',
  'FollowOnward',
])

interface Standing {
  readonly sequence: number
  readonly state: StatechartSnapshot
  readonly shares: Shares
}

/** What a member wants to add to a history. */
interface Wanted {
  readonly kind: CommandKind
  readonly type: FactKind
  readonly actor: string
}

/** Whether a history still takes this of a member. The engine's own always fit: a hold that lapses must be seen to lapse, and their number is bounded by what members did. */
export const hasRoom = ({ sequence, state, shares }: Standing, { kind, type, actor }: Wanted, next: StatechartSnapshot): boolean =>
  sequence < ordinaryMax || movesOn(state, next, type) || (sharing.has(kind) && (shares[sideOf(actor)] ?? 0) < shareMax)

/**
 * Whether the request is moved on for good. No share is needed for that, as it happens a handful of times at most once nothing is reopened any more: verified, frozen, confirmed,
 * being returned, ended.
 */
function movesOn(before: StatechartSnapshot, next: StatechartSnapshot, type: FactKind): boolean {
  if (type === 'RequestReopened') return false
  if (phaseOf(before) !== phaseOf(next)) return true
  return ['mandate', 'recovery'].some(region => regionOf(before.value, region) !== regionOf(next.value, region))
}

const regionOf = (value: StateValue, region: string): unknown => (value as { frozen?: Record<string, unknown> }).frozen?.[region]
