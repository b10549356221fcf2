import type { ChildlessReason, Money, MovedOnward, OutcomeReport, PaymentStopView } from '@holdfast/payment-stop/language'
import { deadlineTexts } from '@holdfast/payment-stop/lifecycle'
import { printable, readableActor } from '@holdfast/schemas'
import type { Terminal } from '../terminal.ts'

export const describeMoney = (amount: Money | undefined): string => (amount ? `${amount.currency} ${amount.value}` : '–')

const childlessWords: Readonly<Record<ChildlessReason, string>> = {
  DENIED_COUNTRY: 'the request is hidden from this country',
  SAME_COUNTRY: 'it is the requesting country itself',
  NOT_A_MEMBER: 'this country is not a member',
  HOP_LIMIT: 'the money has moved onward too often',
  HOP_CYCLE: 'the money has been at this account before',
  NO_PARTICULARS: 'the report does not say to which account',
}
const describeChildless = (reason: ChildlessReason): string => `no onward request: ${childlessWords[reason] ?? reason} (${reason})`

/** The meaning of the code in a negative answer of an institution (ISO 20022). */
const shortfallWords: Readonly<Record<string, string>> = {
  AM04: 'insufficient funds',
  AC03: 'no such account',
  AC04: 'the account is closed',
  NOOR: 'the payment never arrived',
}

type Row = readonly [name: string, value: string | undefined]

/** A request for people, over some lines. @param nameOf maps an actor's pseudonym to the name that people use. */
export function describeRequest(request: PaymentStopView, colors: Terminal['colors'], nameOf = (actor: string) => actor): string {
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
    ['shortfall', shortfall && `${shortfall}: ${shortfallWords[shortfall] ?? 'only this part is frozen'}`],
    ...request.deadlines.map(({ kind, dueAt, about }) => {
      const words = `${deadlineTexts[kind] ?? ''}${about ? ` at ${about}` : ''}`
      return ['deadline', `${dueAt}  ${kind}: ${words}`] as const
    }),
    ...request.proposals.map(
      ({ command, proposedBy, sequence }) =>
        [
          'proposal',
          `fact ${sequence}: ${command} by ${readableActor(nameOf(proposedBy))}, awaiting second approval (--agree ${sequence})`,
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
  return `${describeMoney(amount)} to ${country}, ${childRequestId ? `onward request ${childRequestId}` : describeUnfollowed(requestId, moved)}`
}

/** Why there is no onward request, or how an officer of the requesting country can open one. */
export function describeUnfollowed(
  requestId: string,
  { childless, report, declined }: Pick<MovedOnward, 'childless' | 'report' | 'declined'>,
): string {
  if (childless) return describeChildless(childless)
  const agree = `holdfast act ${requestId} FollowOnward --data '{"report":${Number(report)}}'`
  return declined ? `declined; to open an onward request anyway: ${agree}` : `awaiting an officer of the requesting country: ${agree}`
}

/** The outcome of a request, and how long it took. */
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
        `frozen ${describeMoney(amounts.frozen)} in all, recovered ${describeMoney(amounts.recovered)}, released ${describeMoney(amounts.released)}`,
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
