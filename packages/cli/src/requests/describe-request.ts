import { deadlineTexts } from '@holdfast/lifecycle'
import {
  type ChildlessReason,
  type Money,
  type MovedOnward,
  type OutcomeReport,
  printable,
  type RequestView,
  readableActor,
} from '@holdfast/schemas'
import type { Terminal } from '../terminal.ts'

export const describeMoney = (amount: Money | undefined): string => (amount ? `${amount.currency} ${amount.value}` : '–')

const childlessWords: Readonly<Record<ChildlessReason, string>> = {
  DENIED_COUNTRY: 'the request is kept from this country',
  SAME_COUNTRY: "it is the requesting country's own",
  NOT_A_MEMBER: 'this country is no member',
  HOP_LIMIT: 'the money has moved on too often to be followed',
  HOP_CYCLE: 'the money has been at this account before',
  NO_PARTICULARS: 'the report does not say to which account',
}
const describeChildless = (reason: ChildlessReason): string => `no request follows it: ${childlessWords[reason] ?? reason} (${reason})`

/** What the code of an institution's "no" means (ISO 20022). */
const shortfallWords: Readonly<Record<string, string>> = {
  AM04: 'the account is there, the money is not',
  AC03: 'there is no such account',
  AC04: 'the account is closed',
  NOOR: 'the payment never came',
}

type Row = readonly [name: string, value: string | undefined]

/** A request for people, over some lines. @param nameOf what they call an actor by whose mark a person is named. */
export function describeRequest(request: RequestView, colors: Terminal['colors'], nameOf = (actor: string) => actor): string {
  const { amounts, parent, shortfallReason: shortfall } = request
  const rows: readonly Row[] = [
    ['request', request.requestId],
    ['case', `${request.caseReference}, ${request.requestingCountry} → ${request.beneficiaryCountry}`],
    ['revision', request.revision > 1 ? String(request.revision) : undefined],
    ['parent', parent && `${parent.requestId}, this is hop ${parent.hop}`],
    ['state', request.states.join(' · ')],
    ['rejected', request.rejection?.code],
    ['stands', request.standingRequestId],
    ['requested', describeMoney(amounts.requested)],
    ['frozen', describeMoney(amounts.frozen)],
    ['recovered', describeMoney(amounts.recovered)],
    ['charges', describeMoney(amounts.charges)],
    ['moved on', isSome(amounts.movedOnward) ? describeMoney(amounts.movedOnward) : undefined],
    ...request.movedOnward.map(moved => ['', describeMoved(request.requestId, moved)] as const),
    ['released', isSome(amounts.released) ? describeMoney(amounts.released) : undefined],
    ['shortfall', shortfall && `${shortfall}: ${shortfallWords[shortfall] ?? 'no more is held than this'}`],
    ...request.deadlines.map(({ kind, dueAt, about }) => {
      const words = `${deadlineTexts[kind] ?? ''}${about ? ` at ${about}` : ''}`
      return ['deadline', `${dueAt}  ${kind}: ${words}`] as const
    }),
    ...request.proposals.map(
      ({ command, proposedBy, sequence }) =>
        [
          'proposal',
          `fact ${sequence}: ${command} by ${readableActor(nameOf(proposedBy))}, waits for a second person (--agree ${sequence})`,
        ] as const,
    ),
    ...(request.outcome ? describeOutcome(request.outcome) : []),
    ['opened', request.openedAt],
    ['updated', `${request.updatedAt}, fact ${request.sequence}`],
  ]
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [`${colors.bold(name.padEnd(10))} ${printable(value)}\n`])).join('')
}

const isSome = (amount: Money | undefined) => amount !== undefined && /[1-9]/.test(amount.value)

const describeMoved = (requestId: string, moved: MovedOnward): string => {
  const { country, amount, childRequestId } = moved
  return `${describeMoney(amount)} to ${country}, ${childRequestId ? `request ${childRequestId} follows it` : describeUnfollowed(requestId, moved)}`
}

/** Why no request follows money that moved onward, or what an officer of the requesting country can do about it. */
export function describeUnfollowed(
  requestId: string,
  { childless, report, declined }: Pick<MovedOnward, 'childless' | 'report' | 'declined'>,
): string {
  if (childless) return describeChildless(childless)
  const agree = `holdfast act ${requestId} FollowOnward --data '{"report":${Number(report)}}'`
  return declined ? `declined; to follow it all the same: ${agree}` : `waits for an officer of the requesting country: ${agree}`
}

/** What became of it, and how long it took. */
function describeOutcome({ end, reason, amounts, endedAt, ...took }: OutcomeReport): Row[] {
  const times = [
    ['verified', took.secondsToVerify],
    ['held', took.secondsToFreeze],
    ['back', took.secondsToRecover],
  ] as const
  const known = times.flatMap(([what, seconds]) => (seconds === undefined ? [] : [`${what} after ${describeDuration(seconds)}`]))
  return [
    ['outcome', `${end} at ${endedAt}${reason ? `, reason ${reason}` : ''}`],
    [
      '',
      amounts &&
        `held ${describeMoney(amounts.frozen)} in all, back ${describeMoney(amounts.recovered)}, let go ${describeMoney(amounts.released)}`,
    ],
    ['', known.length > 0 ? known.join(', ') : undefined],
  ]
}

/** `2 d 3 h`, `3 h 5 min`, `40 s`: the two largest units are enough to compare by. */
function describeDuration(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ] as const
  const first = units.findIndex(([, size]) => seconds >= size)
  if (first < 0) return '0 s'
  let left = seconds
  return units
    .slice(first, first + 2)
    .flatMap(([name, size]) => {
      const count = Math.floor(left / size)
      left -= count * size
      return count > 0 ? [`${count} ${name}`] : []
    })
    .join(' ')
}
