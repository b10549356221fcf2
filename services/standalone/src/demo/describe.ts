import type { PaymentStopView } from '@holdfast/payment-stop/language'
import { type Fact, type FactOf, isFact, type Money, toMinor } from '@holdfast/payment-stop/language'
import { deadlineTexts } from '@holdfast/payment-stop/lifecycle'
import { type Actor, type Finding, groupDigits, parseActor } from '@holdfast/schemas'

const details: Readonly<Record<string, string>> = {
  'received.assessing': 'being validated',
  'received.awaitingReview': 'in review',
  'received.awaitingInformation': 'question asked',
  'verified.ordering': 'order being sent',
  'verified.ordered': 'acknowledged',
  'verified.awaitingInformation': 'question asked',
  'frozen.mandate.provisional': 'provisional',
  'frozen.mandate.confirmed': 'confirmed',
  'frozen.recovery.idle': 'on hold',
  'frozen.recovery.returning': 'returning',
  'frozen.recovery.partlyReturned': 'partly returned',
}

const endings: Readonly<Record<string, string>> = {
  notFound: 'closed, not found',
  noFunds: 'closed, no funds',
  movedOnward: 'closed, moved onward',
}

/** The main state, with the percentage that is frozen: `frozen 92 %`. */
export function describeState(view: PaymentStopView): string {
  if (view.phase === 'frozen') return `frozen ${percentFrozen(view)} %`
  if (view.phase !== 'closed') return view.phase
  const ending = view.states[0]?.split('.')[1] ?? ''
  return endings[ending] ?? `closed, ${ending}`
}

/** Truncated, so that less than everything never shows as 100 %. */
function percentFrozen({ amounts }: PaymentStopView): string {
  const requested = amounts.requested && toMinor(amounts.requested)
  const frozen = amounts.frozen && toMinor(amounts.frozen)
  return requested && frozen !== undefined ? String((frozen * 100n) / requested) : '?'
}

/** The change of state, in the parts that differ: `frozen 97 %: provisional → confirmed`. */
export function describeChange(before: PaymentStopView | undefined, after: PaymentStopView): string {
  const state = describeState(after)
  if (!before) return `– → ${state}`
  const stateBefore = describeState(before)
  if (stateBefore !== state) return `${stateBefore} → ${state}`
  const left = before.states.filter(name => !after.states.includes(name))
  const entered = after.states.filter(name => !before.states.includes(name))
  if (entered.length === 0) return `${state}, unchanged`
  return `${state}: ${inWords(left)} → ${inWords(entered)}`
}

const inWords = (states: readonly string[]) => states.map(name => details[name] ?? name).join(', ')

const engineActors: Readonly<Partial<Record<Actor['role'], string>>> = {
  validation: 'Holdfast’s rules',
  clock: 'Holdfast’s clock',
  dispatch: 'Holdfast itself',
}

/** The actor of a fact: `SG desk`, `TL institution`, `Holdfast’s clock`. */
export function describeActor(text: string): string {
  const actor = parseActor(text)
  if (!actor.ok) return text
  const { country, role } = actor.value
  return engineActors[role] ?? `${country} ${role === 'officer' ? 'desk' : role}`
}

/** `42,300,000`; with cents only if there are any. */
export function describeValue({ value }: Money): string {
  const [whole = '0', cents = ''] = value.split('.')
  return groupDigits(whole) + (/[1-9]/.test(cents) ? `.${cents}` : '')
}

/** `FIU_SUSPENSION` as `FIU suspension`. */
const codeInWords = (code: string) =>
  code
    .split('_')
    .map(word => (word === 'FIU' || word === 'MLA' ? word : word.toLowerCase()))
    .join(' ')

export const describeMoney = (money: Money): string => `${money.currency} ${describeValue(money)}`

/** The amount in a fact. */
export function moneyOfFact(fact: Fact): Money | undefined {
  if (isFact(fact, 'RequestOpened')) return fact.data.request.requestedAmount ?? fact.data.request.payment.amount
  if (isFact(fact, 'FreezeReported') || isFact(fact, 'MovedOnwardReported') || isFact(fact, 'ReturnReported')) return fact.data.amount
  if (isFact(fact, 'OnwardFollowed') || isFact(fact, 'OnwardDeclined')) return fact.data.amount
  return undefined
}

/** What a fact states beyond its change of state, one sentence a line. */
export function notesOfFact(fact: Fact, nameOf: (requestId: string) => string): string[] {
  const { proposedBy } = fact.data as { proposedBy?: string }
  return [...notesOf(fact, nameOf), ...(proposedBy ? [`approved by a second officer of the ${describeActor(proposedBy)}`] : [])]
}

function notesOf(fact: Fact, nameOf: (requestId: string) => string): string[] {
  if (isFact(fact, 'RequestVerified') || isFact(fact, 'ReviewRequested')) return fact.data.findings.map(describeFinding)
  if (isFact(fact, 'InformationRequested')) return [...linesOf(fact.data.question), ...(fact.data.findings ?? []).map(describeFinding)]
  if (isFact(fact, 'InformationProvided')) return [...(fact.data.request ? ['a corrected document'] : []), ...linesOf(fact.data.note)]
  if (isFact(fact, 'RequestRejected')) {
    const { code, text, findings = [] } = fact.data
    return [`code ${code}`, ...linesOf(text), ...findings.map(describeFinding)]
  }
  if (isFact(fact, 'DuplicateDetected')) return [`${nameOf(fact.data.standingRequestId)} already covers this payment`]
  if (isFact(fact, 'AnswerCorrected')) return [`the answer of fact ${fact.data.report} was wrong`]
  if (isFact(fact, 'MovedOnwardReported')) return [describeOnward(fact)]
  if (isFact(fact, 'OnwardFollowed')) return [`a child request is opened in ${fact.data.country}`]
  if (isFact(fact, 'OnwardDeclined')) return [`no child request is opened in ${fact.data.country}: ${fact.data.reason}`]
  if (isFact(fact, 'RequestWithdrawn') || isFact(fact, 'RequestReopened')) return [fact.data.reason]
  if (isFact(fact, 'ActionProposed')) return [`${fact.data.command} awaits the approval of a second officer`]
  if (isFact(fact, 'HoldExpired')) return [`the hold ended at ${formatInstant(fact.data.dueAt)}`]
  if (isFact(fact, 'DeadlineReached')) return fact.data.about ? [] : [`due by now: ${deadlineTexts[fact.data.kind]}`]
  return notesOfHold(fact)
}

/** What a fact states about frozen money. */
function notesOfHold(fact: Fact): string[] {
  if (isFact(fact, 'FreezeReported'))
    return [`basis: ${codeInWords(fact.data.basis)}; ends ${formatInstant(fact.data.expiresAt)} unless confirmed`]
  if (isFact(fact, 'FreezeConfirmed')) {
    const { instrument, authority, expiresAt } = fact.data
    return [`${codeInWords(instrument)} by the ${authority}; ${expiresAt ? `ends ${formatInstant(expiresAt)}` : 'without an end'}`]
  }
  if (isFact(fact, 'FreezeExtended')) {
    const { authority, extended } = fact.data
    const ends = [...new Set(extended.map(({ expiresAt }) => formatInstant(expiresAt)))]
    return [`extended by the ${authority}; ends ${ends.join(', ')}`]
  }
  if (isFact(fact, 'ReturnInitiated')) return [`basis: ${codeInWords(fact.data.basis)}`]
  if (isFact(fact, 'ReturnReported') && fact.data.charges) return [`charges ${describeMoney(fact.data.charges)}`]
  if (isFact(fact, 'FreezeReleased') || isFact(fact, 'ClosedUnrecovered'))
    return [`${codeInWords(fact.data.reason)}${fact.data.authority ? `, by the ${fact.data.authority}` : ''}`]
  return []
}

function describeOnward({ data: { country, child, childless } }: FactOf<'MovedOnwardReported'>): string {
  if (childless) return `to ${country}; no child request is possible: ${codeInWords(childless)}`
  return child ? `to ${country}; a child request is opened there` : `to ${country}; a child request needs the requester’s approval`
}

const linesOf = (text: string | undefined) => (text === undefined ? [] : [text])

const describeFinding = ({ rule, severity, message }: Finding) => `${rule} (${severity}) ${message}`

const singapore = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Singapore',
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

/** Day and minute in Singapore: `23 Jul 10:25`. */
export const formatInstant = (instant: string): string => singapore.format(new Date(instant)).replace(',', '')
