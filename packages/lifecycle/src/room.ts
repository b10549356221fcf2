import type { CommandKind, FactKind } from '@holdfast/schemas'
import type { StateValue } from 'xstate'
import { sideOf } from './joint.ts'
import type { StatechartSnapshot } from './snapshot.ts'
import { phaseOf } from './states.ts'

/**
 * A request meets 10 to 100 facts in its life. Up to here a history takes whatever is legal; more than this is a sender in a loop, and what is left is kept for what matters:
 * nobody may use up with interim answers, questions, proposals or a cent at a time what a freeze, a release, a withdrawal or a return needs.
 */
export const ordinaryMax = 850

/** What each country and role may still give beyond that, of what says where money is or is the first word of two. With six such roles and what moves on, a history ends below a thousand. */
export const shareMax = 20

/** What may be given from a share: reports of money, and what two persons have to say. */
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
])

/** How many facts of each country and role lie beyond the ordinary room. */
export type Shares = Readonly<Record<string, number>>

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

/** The shares after one more fact. */
export function sharesAfter({ sequence, shares }: Pick<Standing, 'sequence' | 'shares'>, { type, actor }: Omit<Wanted, 'kind'>): Shares {
  // Of refusals that an older ledger kept as facts no share is used.
  if (sequence < ordinaryMax || actor.startsWith('holdfast/') || type === 'CommandRefused') return shares
  const side = sideOf(actor)
  return { ...shares, [side]: (shares[side] ?? 0) + 1 }
}
