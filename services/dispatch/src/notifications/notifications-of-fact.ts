import {
  type Alert,
  alertOf,
  alertOfRefusal,
  hasEnded,
  isKeptFromAddressee,
  isRetained,
  type RequestSummary,
} from '@holdfast/payment-stop/lifecycle'
import type { AppliedFact, AppliedRefusal } from '@holdfast/request-state'
import {
  type AlertText,
  asSubmitted,
  consequenceIdOf,
  type Fact,
  type Finding,
  factDefinitionOf,
  factKindOf,
  type NotificationBody,
  parseActor,
  type RefusedCommand,
  storedData,
} from '@holdfast/schemas'
import type { EngineSigner } from '@holdfast/trust'
import { type Outbound, outboundNotification } from '../outbound.ts'
import type { DispatchState } from '../state/dispatch-state.ts'

/**
 * The index of a notification among those of one fact, which makes their ids different. Never change one: a repeat
 * would get another id.
 */
const indexes = {
  progress: 0,
  outcome: 1,
  alertToRequester: 2,
  alertToBeneficiary: 3,
  erasedToRequester: 4,
  erasedToBeneficiary: 5,
  erasureWaitsToRequester: 6,
  erasureWaitsToBeneficiary: 7,
} as const

/** Notifications because of facts; the endpoints send the other kinds. */
type OfFact = Extract<NotificationBody, { kind: 'progress' | 'alert' | 'outcome' }>
type About = Omit<Extract<NotificationBody, { kind: 'progress' }>, 'kind' | 'country' | 'findings' | 'data'>

/** The notifications that a fact makes necessary: progress, outcome and alerts. */
export function notificationsFor(signer: EngineSigner, { fact, before, state }: AppliedFact<DispatchState, Fact>): Outbound[] {
  const { requestingcountry: requester, beneficiarycountry: beneficiary } = fact
  const about: About = {
    requestId: fact.subject,
    caseReference: state.summary.caseReference,
    fact: factKindOf(fact),
    sequence: fact.sequence,
    phase: fact.phase,
  }
  const { findings, data } = notificationDataOf(fact)
  const notifications: Outbound[] = []
  const notify = (index: keyof typeof indexes, body: OfFact) => notifications.push(buildNotification(signer, fact, indexes[index], body))

  if (factDefinitionOf(factKindOf(fact))?.requesterIsNotified)
    notify('progress', { kind: 'progress', country: requester, ...about, ...(findings ? { findings } : {}), data })
  const outcome = before && hasEnded(before.summary.phase) ? undefined : state.summary.resultingState.outcome
  if (outcome) notify('outcome', { kind: 'outcome', country: requester, ...about, outcome })
  const alert = alertOf(fact)
  if (alert.requester) notify('alertToRequester', { kind: 'alert', country: requester, ...about, ...alert.requester, data })
  if (alert.beneficiary && !isKeptFromAddressee(state.summary))
    notify('alertToBeneficiary', { kind: 'alert', country: beneficiary, ...about, ...alert.beneficiary, data })
  return notifications
}

/** Whether the keys of a request are being destroyed. Processes may cache them for a while. */
const isErased = ({ phase, resultingState }: RequestSummary): boolean => hasEnded(phase) && !isRetained(resultingState)

/**
 * The notifications for a refused command: to the country of its actor, or to both if it is a late answer. They name
 * `CommandRefused` and the sequence of the fact before it.
 */
export function notificationsOfRefusal(signer: EngineSigner, { refused, state }: AppliedRefusal<DispatchState>): Outbound[] {
  const { requestingcountry: requester, beneficiarycountry: beneficiary } = refused
  const data = asSubmitted(isErased(state.summary) ? storedData(refused.data) : refused.data)
  const about: About = {
    requestId: refused.subject,
    caseReference: state.summary.caseReference,
    fact: 'CommandRefused',
    sequence: refused.aftersequence,
    phase: refused.phase,
  }
  const { requester: toRequester, beneficiary: toBeneficiary } = alertOfRefusal(refused)
  const actor = parseActor(refused.actor)
  const notifications: Outbound[] = []
  if (!data.late && actor.ok)
    notifications.push(
      buildNotification(signer, refused, indexes.progress, { kind: 'progress', country: actor.value.country, ...about, data }),
    )
  if (toRequester)
    notifications.push(
      buildNotification(signer, refused, indexes.alertToRequester, { kind: 'alert', country: requester, ...about, ...toRequester, data }),
    )
  if (toBeneficiary && !isKeptFromAddressee(state.summary))
    notifications.push(
      buildNotification(signer, refused, indexes.alertToBeneficiary, {
        kind: 'alert',
        country: beneficiary,
        ...about,
        ...toBeneficiary,
        data,
      }),
    )
  return notifications
}

/** The notifications of a request whose keys are destroyed while it is parked. */
export function notificationsOfErasureWhileParked(
  signer: EngineSigner,
  fact: Fact,
  caseReference: string,
  { requester, beneficiary }: Alert,
): Outbound[] {
  const about: About = { requestId: fact.subject, caseReference, fact: factKindOf(fact), sequence: fact.sequence, phase: fact.phase }
  const notify = (index: keyof typeof indexes, country: string, text: AlertText | undefined) =>
    text ? [buildNotification(signer, fact, indexes[index], { kind: 'alert', country, ...about, ...text })] : []
  return [
    ...notify('erasedToRequester', fact.requestingcountry, requester),
    ...notify('erasedToBeneficiary', fact.beneficiarycountry, beneficiary),
  ]
}

interface WaitingErasureOf {
  /** The fact that brought the document. */
  readonly fact: Fact
  readonly summary: Pick<RequestSummary, 'caseReference' | 'phase'>
  readonly orderedAt: string
}

/** The notifications of a request whose erasure waits at the ledger. */
export function notificationsOfWaitingErasure(
  signer: EngineSigner,
  { fact, summary, orderedAt }: WaitingErasureOf,
  { requester, beneficiary }: Alert,
): Outbound[] {
  const { caseReference, phase } = summary
  const about: About = { requestId: fact.subject, caseReference, fact: factKindOf(fact), sequence: fact.sequence, phase }
  const notify = (index: keyof typeof indexes, country: string, text: AlertText | undefined) =>
    text ? [buildNotification(signer, { ...fact, time: orderedAt }, indexes[index], { kind: 'alert', country, ...about, ...text })] : []
  return [
    ...notify('erasureWaitsToRequester', fact.requestingcountry, requester),
    ...notify('erasureWaitsToBeneficiary', fact.beneficiarycountry, beneficiary),
  ]
}

/**
 * The data of a fact without the document, which the requester has, and without the resulting state, which only
 * consumers of the ledger need.
 */
function notificationDataOf(fact: Fact): { findings: Finding[] | undefined; data: object } {
  const {
    findings,
    request: _document,
    resultingState: _resultingState,
    ...data
  } = asSubmitted(fact.data) as { findings?: Finding[]; request?: unknown; resultingState?: unknown }
  return { findings, data }
}

const buildNotification = (signer: EngineSigner, fact: Fact | RefusedCommand, index: number, data: OfFact): Outbound =>
  outboundNotification(signer, fact.subject, data, {
    id: consequenceIdOf('notification', fact.subject, fact.id, index),
    subject: fact.subject,
    time: fact.time,
    causationid: fact.id,
    correlationid: fact.correlationid,
  })
