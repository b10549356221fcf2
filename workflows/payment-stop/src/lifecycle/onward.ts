import { statesOf } from '@holdfast/core'
import { childRequestIdOf, type Refusal } from '@holdfast/schemas'
import {
  type ChildlessReason,
  type Command,
  type FactBody,
  type Money,
  onwardDestinationIn,
  type Policy,
  type StandingPolicy,
} from '../language/index.ts'
import { exceeds, minorOf, moneyOf } from './amounts.ts'
import type { Moved, RequestContext } from './context.ts'
import { amountOf } from './event.ts'
import type { Body } from './fact-body.ts'
import { movedIn } from './moved.ts'
import type { RequestSnapshot } from './snapshot.ts'

type CommandOf<K extends string> = Extract<Command, { type: `holdfast.command.v1.${K}` }>

/**
 * V26: the onward request for money moved onward. It is in the name of the requesting country and tells another country of
 * its case, so a report alone opens none: the requesting country approves by its standing policy or by an officer. Also
 * returns why there can be none.
 */
export function decideFollowUp(
  { requestId, state: { context } }: RequestSnapshot,
  { id, data }: CommandOf<'ReportMovedOnward'>,
  policy: Policy,
): Pick<FactBody<'MovedOnwardReported'>, 'child' | 'standingPolicy' | 'proposed' | 'childless'> {
  const { amount, country, onward } = data
  const { place: from } = context.document
  const to = onwardDestinationIn(data)
  const childless = findFollowUpObstacle(context, country, { from, to }, policy)
  if (childless) return { childless }
  const child = { requestId: childRequestIdOf(requestId, id), hop: context.document.hop + 1 }
  const standingPolicy = applicableStandingPolicy(context, amount, onward?.amount, policy)
  return standingPolicy ? { child, standingPolicy } : { proposed: child }
}

function findFollowUpObstacle(
  { requestingCountry, document: { deniedTo, hop, place }, ancestors }: RequestContext,
  country: string,
  { from, to }: { readonly from: string; readonly to: string | undefined },
  policy: Policy,
): ChildlessReason | undefined {
  if (country === requestingCountry) return 'SAME_COUNTRY'
  if (!policy.isReachable(country)) return 'NOT_A_MEMBER'
  if (deniedTo.includes(country)) return 'DENIED_COUNTRY'
  if (to === undefined) return 'NO_PARTICULARS'
  if (hop >= policy.hopsMax) return 'HOP_LIMIT'
  return [from, place, ...ancestors].includes(to) ? 'HOP_CYCLE' : undefined
}

/**
 * The standing policy of the requesting country, if it allows one more onward request for this amount. If the money was
 * exchanged, the amounts cannot be compared, so an officer decides.
 */
function applicableStandingPolicy(
  { requestingCountry, movedOnward }: RequestContext,
  amount: Money,
  paid: Money | undefined,
  policy: Policy,
): StandingPolicy | undefined {
  const agreement = policy.standingPolicyFor(requestingCountry, amount.currency)
  if (!agreement || (paid !== undefined && paid.currency !== amount.currency)) return undefined
  const leastMinor = minorOf(agreement.minimum)
  if (leastMinor === undefined || exceeds(leastMinor, amountOf(amount))) return undefined
  return movedOnward.filter(({ byPolicy }) => byPolicy).length < agreement.childrenMax ? agreement : undefined
}

/**
 * V26: the requesting country approves. The onward request is checked against the current request, which may deny that
 * country by now.
 */
export function followed(snapshot: RequestSnapshot, { data }: CommandOf<'FollowOnward'>, policy: Policy): Body | Refusal {
  const { context } = snapshot.state
  const moved = movedIn(context, data.report)
  if (!moved?.proposed) return noPendingFollowUp(snapshot, data.report, moved)
  const { country, proposed } = moved
  const reason = findFollowUpObstacle(context, country, proposed, policy)
  if (reason)
    return { code: 'NOT_FOLLOWED', message: `there can be no onward request for the money of fact ${data.report} any more: ${reason}` }
  const child = { requestId: proposed.requestId, hop: context.document.hop + 1 }
  return { type: 'OnwardFollowed', data: { ...data, ...reportedIn(context, moved), child } }
}

/** V26: the requesting country declines. */
export function declined(snapshot: RequestSnapshot, { data }: CommandOf<'DeclineOnward'>): Body | Refusal {
  const { context } = snapshot.state
  const moved = movedIn(context, data.report)
  if (!moved?.proposed || moved.proposed.declined) return noPendingFollowUp(snapshot, data.report, moved)
  return { type: 'OnwardDeclined', data: { ...data, ...reportedIn(context, moved) } }
}

const reportedIn = ({ document: { currency } }: RequestContext, { country, amountMinor }: Moved) => ({
  country,
  amount: moneyOf(currency, amountMinor),
})

function noPendingFollowUp(snapshot: RequestSnapshot, report: number, moved: Moved | undefined): Refusal {
  const where = `(state ${statesOf(snapshot).join(', ')}, sequence ${snapshot.sequence})`
  const why = !moved
    ? 'does not report money moved onward'
    : moved.childRequestId
      ? `already has the onward request ${moved.childRequestId}`
      : moved.childless
        ? `reports money that cannot have an onward request, ${moved.childless}`
        : 'was declined'
  return { code: 'WRONG_STATE', message: `fact ${report} ${why} ${where}` }
}
