import type { FoldedFact, FoldedRefusal } from '@holdfast/folds'
import { type Alert, alertOf, alertOfRefusal, hasEnded, isKeptFromAddressee, type RequestSummary } from '@holdfast/lifecycle'
import {
  type AlertText,
  asSubmitted,
  consequenceIdOf,
  type Fact,
  type FactKind,
  type Finding,
  factKindOf,
  type NotificationBody,
  parseActor,
  type RefusedCommand,
} from '@holdfast/schemas'
import type { EngineSigner } from '@holdfast/trust'
import { type Outbound, outboundNotification } from '../outbound.ts'
import type { DispatchState } from '../state/dispatch-state.ts'

/** What the requester's system is told of. It has its receipt for the opening and knows what it provided itself. */
const progress: ReadonlySet<FactKind> = new Set([
  'RequestVerified',
  'ReviewRequested',
  'InformationRequested',
  'RequestRejected',
  'DuplicateDetected',
  'FreezeReported',
  'NoFundsReported',
  'NotFoundReported',
  'MovedOnwardReported',
  'OnwardFollowed',
  'OnwardDeclined',
  'InterimReported',
  'AnswerCorrected',
  'FreezeConfirmed',
  'FreezeExtended',
  'ReturnInitiated',
  'ReturnReported',
  'RequestWithdrawn',
  'FreezeReleased',
  'ClosedUnrecovered',
  'RequestReopened',
  'HoldExpired',
])

/** The place of a notice among those that one fact makes, by which their ids differ. Never to be changed: a repeat would no longer be known as one. */
const places = {
  progress: 0,
  outcome: 1,
  alertToRequester: 2,
  alertToBeneficiary: 3,
  erasedToRequester: 4,
  erasedToBeneficiary: 5,
  erasureWaitsToRequester: 6,
  erasureWaitsToBeneficiary: 7,
} as const

/** What follows from a fact; the rest is told at the doors. */
type OfFact = Extract<NotificationBody, { kind: 'progress' | 'alert' | 'outcome' }>
type About = Omit<Extract<NotificationBody, { kind: 'progress' }>, 'kind' | 'country' | 'findings' | 'data'>

/** The notices that a fact makes necessary: how the request goes on, what became of it, and what has to be looked at. */
export function notificationsFor(signer: EngineSigner, { fact, before, state }: FoldedFact<DispatchState>): Outbound[] {
  const { requestingcountry: requester, beneficiarycountry: beneficiary } = fact
  const about: About = {
    requestId: fact.subject,
    caseReference: state.standing.caseReference,
    fact: factKindOf(fact),
    sequence: fact.sequence,
    phase: fact.phase,
  }
  const { findings, data } = tellable(fact)
  const notices: Outbound[] = []
  const tell = (place: keyof typeof places, body: OfFact) => notices.push(noticeOf(signer, fact, places[place], body))

  if (progress.has(factKindOf(fact)))
    tell('progress', { kind: 'progress', country: requester, ...about, ...(findings ? { findings } : {}), data })
  const outcome = before && hasEnded(before.standing.phase) ? undefined : state.standing.ledTo.outcome
  if (outcome) tell('outcome', { kind: 'outcome', country: requester, ...about, outcome })
  const alert = alertOf(fact)
  if (alert.requester) tell('alertToRequester', { kind: 'alert', country: requester, ...about, ...alert.requester, data })
  if (alert.beneficiary && !isKeptFromAddressee(state.standing))
    tell('alertToBeneficiary', { kind: 'alert', country: beneficiary, ...about, ...alert.beneficiary, data })
  return notices
}

/**
 * The notices that a refused command makes: for the side whose command it was, or for both where it is an answer that came too late. They name it `CommandRefused`, after the
 * fact with that sequence.
 */
export function notificationsOfRefusal(signer: EngineSigner, { refused, state }: FoldedRefusal<DispatchState>): Outbound[] {
  const { requestingcountry: requester, beneficiarycountry: beneficiary } = refused
  const data = asSubmitted(refused.data)
  const about: About = {
    requestId: refused.subject,
    caseReference: state.standing.caseReference,
    fact: 'CommandRefused',
    sequence: refused.aftersequence,
    phase: refused.phase,
  }
  const { requester: toRequester, beneficiary: toBeneficiary } = alertOfRefusal(refused)
  const actor = parseActor(refused.actor)
  const notices: Outbound[] = []
  if (!data.late && actor.ok)
    notices.push(noticeOf(signer, refused, places.progress, { kind: 'progress', country: actor.value.country, ...about, data }))
  if (toRequester)
    notices.push(noticeOf(signer, refused, places.alertToRequester, { kind: 'alert', country: requester, ...about, ...toRequester, data }))
  if (toBeneficiary && !isKeptFromAddressee(state.standing))
    notices.push(
      noticeOf(signer, refused, places.alertToBeneficiary, { kind: 'alert', country: beneficiary, ...about, ...toBeneficiary, data }),
    )
  return notices
}

/** The notices of a request whose keys are destroyed because of a fact while it is parked. */
export function notificationsOfErasureWhileParked(
  signer: EngineSigner,
  fact: Fact,
  caseReference: string,
  { requester, beneficiary }: Alert,
): Outbound[] {
  const about: About = { requestId: fact.subject, caseReference, fact: factKindOf(fact), sequence: fact.sequence, phase: fact.phase }
  const tell = (place: keyof typeof places, country: string, words: AlertText | undefined) =>
    words ? [noticeOf(signer, fact, places[place], { kind: 'alert', country, ...about, ...words })] : []
  return [
    ...tell('erasedToRequester', fact.requestingcountry, requester),
    ...tell('erasedToBeneficiary', fact.beneficiarycountry, beneficiary),
  ]
}

interface WaitingErasureOf {
  /** The one that brought the document. */
  readonly fact: Fact
  readonly standing: Pick<RequestSummary, 'caseReference' | 'phase'>
  readonly orderedAt: string
}

/** The notices of a request whose erasure waits at the ledger. */
export function noticesOfWaitingErasure(
  signer: EngineSigner,
  { fact, standing, orderedAt }: WaitingErasureOf,
  { requester, beneficiary }: Alert,
): Outbound[] {
  const { caseReference, phase } = standing
  const about: About = { requestId: fact.subject, caseReference, fact: factKindOf(fact), sequence: fact.sequence, phase }
  const tell = (place: keyof typeof places, country: string, words: AlertText | undefined) =>
    words ? [noticeOf(signer, { ...fact, time: orderedAt }, places[place], { kind: 'alert', country, ...about, ...words })] : []
  return [
    ...tell('erasureWaitsToRequester', fact.requestingcountry, requester),
    ...tell('erasureWaitsToBeneficiary', fact.beneficiarycountry, beneficiary),
  ]
}

/** What the fact says, without the document, which is the requester's own, and without what it led to, which is for who reads the ledger: their weight is nobody's need. */
function tellable(fact: Fact): { findings: Finding[] | undefined; data: object } {
  const {
    findings,
    request: _document,
    ledTo: _ledTo,
    ...data
  } = asSubmitted(fact.data) as { findings?: Finding[]; request?: unknown; ledTo?: unknown }
  return { findings, data }
}

const noticeOf = (signer: EngineSigner, fact: Fact | RefusedCommand, place: number, data: OfFact): Outbound =>
  outboundNotification(signer, fact.subject, data, {
    id: consequenceIdOf('notice', fact.subject, fact.id, place),
    subject: fact.subject,
    time: fact.time,
    causationid: fact.id,
    correlationid: fact.correlationid,
  })
