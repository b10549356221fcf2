import type { Deadline, FactBody, FactKind, PaymentStopView, TimerKind } from '@holdfast/payment-stop/language'
import { hasEnded, phaseOf, viewOf } from '@holdfast/payment-stop/lifecycle'
import type { StatechartEvent } from '@holdfast/payment-stop/lifecycle/statechart'
import { policy } from './countries.ts'
import type { Verdict } from './documents.ts'
import type { State, Walkable } from './machine.ts'

/** The model's state of one request: the machine's state, and what the machine does not contain. */
export interface ModelState {
  readonly state: State
  readonly now: Date
  readonly sequence: number
  /** The verdict of the rules on the current document. */
  readonly verdict: Verdict
  /** The transitions of the last fact. */
  readonly taken: readonly string[]
}

export type Body = { [K in FactKind]: { readonly type: K; readonly data: FactBody<K> } }[FactKind]

/** The start of every path: the morning on which the fraud was reported. */
export const beginning = new Date('2024-07-23T02:30:00Z')

export const unopened = (machine: Walkable): ModelState => ({
  state: machine.initial,
  now: beginning,
  sequence: 0,
  verdict: 'pass',
  taken: [],
})

/** The deadlines that a fact arms, in its data; the warnings of a hold follow from its end. */
const timersOf: Readonly<Partial<Record<FactKind, readonly TimerKind[]>>> = {
  RequestOpened: ['verify', 'verifyHard'],
  RequestReopened: ['verify', 'verifyHard'],
  RequestVerified: ['acknowledge', 'acknowledgeEscalation', 'interimAnswer', 'execute', 'executeHard'],
  InformationRequested: ['informationReminder', 'informationDecision'],
  ReturnInitiated: ['returnPayment'],
  ReturnReported: ['returnPayment'],
}

function timersStartedBy({ state }: ModelState, body: Body): readonly TimerKind[] {
  // A reminder repeats until the task is done.
  if (body.type === 'DeadlineReached')
    return body.data.kind === 'confirmedHoldReview' || body.data.kind === 'returnPayment' ? [body.data.kind] : []
  if (body.type === 'FreezeConfirmed') return body.data.expiresAt ? [] : ['confirmedHoldReview']
  if (body.type === 'InterimReported') return body.data.reason === 'RQDA' || body.data.reason === 'ADAC' ? ['consentAnswer'] : []
  // Without its last hold the order must be executed again.
  if (body.type === 'AnswerCorrected')
    return body.data.corrects === 'frozen' && state.context.holds.length === 1 ? ['execute', 'executeHard'] : []
  return timersOf[body.type] ?? []
}

function endsNamedBy(body: Body): readonly string[] {
  if (body.type === 'FreezeReported') return [body.data.expiresAt]
  if (body.type === 'FreezeExtended') return [...new Set(body.data.extended.map(({ expiresAt }) => expiresAt))]
  return body.type === 'FreezeConfirmed' && body.data.expiresAt ? [body.data.expiresAt] : []
}

interface Parties {
  readonly beneficiaryCountry: string
  readonly executedAt: string
}

/** The country and payment of a fact; the first one brings its own. */
const partiesOf = ({ state: { context } }: ModelState, body: Body): Parties =>
  body.type === 'RequestOpened'
    ? { beneficiaryCountry: body.data.request.beneficiaryCountry, executedAt: body.data.request.payment.executedAt }
    : { beneficiaryCountry: context.beneficiaryCountry, executedAt: context.document.executedAt }

function withDeadlines(standing: ModelState, body: Body, now: Date): Body {
  const { beneficiaryCountry: country, executedAt } = partiesOf(standing, body)
  const deadlines: Deadline[] = [
    ...timersStartedBy(standing, body).map(kind => ({ kind, dueAt: policy.dueAt(kind, country, now, executedAt).toISOString() })),
    ...endsNamedBy(body).flatMap(about =>
      policy.warningsOf(country, now, new Date(about)).map(at => ({ kind: 'holdWarning' as const, dueAt: at.toISOString(), about })),
    ),
  ]
  return armed(body, deadlines)
}

const retaining = (standing: ModelState, body: Body, now: Date): Body => {
  const { beneficiaryCountry: country, executedAt } = partiesOf(standing, body)
  return armed(body, [{ kind: 'retention', dueAt: policy.dueAt('retention', country, now, executedAt).toISOString() }])
}

const armed = (body: Body, deadlines: readonly Deadline[]): Body =>
  deadlines.length === 0 ? body : ({ ...body, data: { ...body.data, deadlines } } as Body)

const eventOf = ({ sequence }: ModelState, { type, data }: Body, actor: string, now: Date) =>
  ({ type, data, actor, time: now.toISOString(), sequence: sequence + 1 }) as StatechartEvent

/** Whether the machine accepts this fact; no guard depends on the deadlines that it would arm. */
export const accepts = (machine: Walkable, standing: ModelState, body: Body, actor: string): boolean =>
  machine.transitionsOf(standing.state, eventOf(standing, body, actor, standing.now)).length > 0

/** The state after this fact, now. */
export function after(machine: Walkable, standing: ModelState, body: Body, actor: string, now = standing.now): ModelState {
  const full = eventOf(standing, withDeadlines(standing, body, now), actor, now)
  const went = machine.next(standing.state, full)
  // Of a closed request only the retention runs.
  const ends = hasEnded(phaseOf(went)) && !hasEnded(phaseOf(standing.state))
  const state = ends ? machine.next(standing.state, eventOf(standing, retaining(standing, body, now), actor, now)) : went
  return { ...standing, state, taken: machine.transitionsOf(standing.state, full), sequence: standing.sequence + 1, now }
}

/** What a reader sees of a request in this state. */
export const viewed = ({ state, sequence, now }: ModelState): PaymentStopView =>
  viewOf({
    requestId: '',
    state,
    sequence,
    hash: '',
    causes: { ids: [], sequences: new Map(), count: 0 },
    refusals: { commands: [], used: {} },
    historyQuotaUsed: {},
    sharedWith: [],
    openedAt: beginning.toISOString(),
    updatedAt: now.toISOString(),
  })

/** The next deadline; of two at the same instant the one that a timer armed. */
export function nextDeadline({ state: { context } }: ModelState): Deadline | undefined {
  const ends = context.holds.flatMap(({ expiresAt }) => (expiresAt ? [{ kind: 'holdExpiry' as const, dueAt: expiresAt }] : []))
  // Instants of one format sort as text.
  return [...context.deadlines, ...ends].sort((a, b) => (a.dueAt === b.dueAt ? 0 : a.dueAt < b.dueAt ? -1 : 1))[0]
}

/**
 * Whether a deadline is due at this instant: the ledger handles all due deadlines at once, so no reader sees this
 * state.
 */
export function isPassing(standing: ModelState): boolean {
  const due = nextDeadline(standing)
  return due !== undefined && Date.parse(due.dueAt) <= standing.now.getTime()
}
