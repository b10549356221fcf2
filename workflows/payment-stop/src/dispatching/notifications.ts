import type { Notifications, RequestNotification, SummaryStep } from '@holdfast/core'
import { asSubmitted, type Finding, type LedgerFact, parseActor, type RefusedCommand, storedData } from '@holdfast/schemas'
import {
  type AlertText,
  documentOf,
  type Fact,
  factDefinitionOf,
  factKindOf,
  isFact,
  isKnownFact,
  type NotificationBody,
  type RefusedStopCommand,
} from '../language/index.ts'
import { type Alert, alertOf, alertOfErasureWhileParked, alertOfRefusal, alertOfWaitingErasure } from '../lifecycle/alert.ts'
import { isRetained } from '../lifecycle/context.ts'
import { isKeptFromAddressee, type RequestSummary } from '../lifecycle/request-summary.ts'
import { hasEnded } from '../lifecycle/states.ts'

/** Never change one: a repeat of a notification would get another id. */
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
type Index = keyof typeof indexes

const notificationOf = (index: Index, data: OfFact): RequestNotification => ({ index: indexes[index], data })

/** The notifications that a fact makes necessary: progress, outcome and alerts. */
function ofFact({ fact, before, state }: SummaryStep<RequestSummary>): RequestNotification[] {
  if (!isKnownFact(fact)) return []
  const { requestingcountry: requester, beneficiarycountry: beneficiary } = fact
  const about: About = {
    requestId: fact.subject,
    caseReference: state.summary.caseReference,
    fact: factKindOf(fact),
    sequence: fact.sequence,
    phase: fact.phase,
  }
  const { findings, data } = notificationDataOf(fact)
  const notifications: RequestNotification[] = []
  if (factDefinitionOf(factKindOf(fact))?.requesterIsNotified)
    notifications.push(
      notificationOf('progress', { kind: 'progress', country: requester, ...about, ...(findings ? { findings } : {}), data }),
    )
  const outcome = before && hasEnded(before.summary.phase) ? undefined : state.summary.resultingState.outcome
  if (outcome) notifications.push(notificationOf('outcome', { kind: 'outcome', country: requester, ...about, outcome }))
  const alert = alertOf(fact)
  if (alert.requester)
    notifications.push(notificationOf('alertToRequester', { kind: 'alert', country: requester, ...about, ...alert.requester, data }))
  if (alert.beneficiary && !isKeptFromAddressee(state.summary))
    notifications.push(notificationOf('alertToBeneficiary', { kind: 'alert', country: beneficiary, ...about, ...alert.beneficiary, data }))
  return notifications
}

/** Whether the keys of a request are being destroyed. Processes may cache them for a while. */
const isErased = ({ phase, resultingState }: RequestSummary): boolean => hasEnded(phase) && !isRetained(resultingState)

/**
 * The notifications for a refused command: to the country of its actor, or to both if it is a late answer. They name
 * `CommandRefused` and the sequence of the fact before it.
 */
function ofRefusal(refused: RefusedCommand, summary: RequestSummary): RequestNotification[] {
  const { requestingcountry: requester, beneficiarycountry: beneficiary, phase } = refused as RefusedStopCommand
  const data = asSubmitted(isErased(summary) ? storedData(refused.data) : refused.data)
  const about: About = {
    requestId: refused.subject,
    caseReference: summary.caseReference,
    fact: 'CommandRefused',
    sequence: refused.aftersequence,
    phase,
  }
  const { requester: toRequester, beneficiary: toBeneficiary } = alertOfRefusal(refused)
  const actor = parseActor(refused.actor)
  const notifications: RequestNotification[] = []
  if (!data.late && actor.ok)
    notifications.push(notificationOf('progress', { kind: 'progress', country: actor.value.country, ...about, data }))
  if (toRequester)
    notifications.push(notificationOf('alertToRequester', { kind: 'alert', country: requester, ...about, ...toRequester, data }))
  if (toBeneficiary && !isKeptFromAddressee(summary))
    notifications.push(notificationOf('alertToBeneficiary', { kind: 'alert', country: beneficiary, ...about, ...toBeneficiary, data }))
  return notifications
}

/** What is known of a parked request. */
export interface KnownOfParked {
  /** Undefined if no document is readable. */
  readonly caseReference: string | undefined
  readonly wasVerified: boolean
}

/** The alert of a request that cannot be processed, with its indexes for the requesting and the beneficiary country. */
function alertsTo(
  fact: Fact,
  about: Omit<About, 'requestId' | 'fact' | 'sequence'>,
  alert: Alert,
  [first, second]: readonly [Index, Index],
) {
  const ofAlert = (index: Index, country: string, text: AlertText | undefined) =>
    text
      ? [
          notificationOf(index, {
            kind: 'alert',
            country,
            requestId: fact.subject,
            caseReference: about.caseReference,
            fact: factKindOf(fact),
            sequence: fact.sequence,
            phase: about.phase,
            ...text,
          }),
        ]
      : []
  return [...ofAlert(first, fact.requestingcountry, alert.requester), ...ofAlert(second, fact.beneficiarycountry, alert.beneficiary)]
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

function caseReferenceIn(fact: LedgerFact): string | undefined {
  try {
    return isKnownFact(fact) ? documentOf(fact)?.caseReference : undefined
  } catch {
    return undefined
  }
}

/** What one country reads, without the text for the other one. */
const withoutBeneficiary = ({ beneficiary: _, ...ofRequester }: Alert): Alert => ofRequester

/** The notifications to the requesting and the beneficiary country. */
export const notifications: Notifications<RequestSummary, KnownOfParked> = {
  ofFact,
  ofRefusal,
  // The beneficiary country only after verification, because its earlier access rights are unknown here.
  ofErasureWhileParked(fact, { caseReference, wasVerified }) {
    if (caseReference === undefined) return []
    const alert = wasVerified ? alertOfErasureWhileParked : withoutBeneficiary(alertOfErasureWhileParked)
    return alertsTo(fact as Fact, { caseReference, phase: (fact as Fact).phase }, alert, ['erasedToRequester', 'erasedToBeneficiary'])
  },
  ofWaitingErasure(fact, summary) {
    const alert = isKeptFromAddressee(summary) ? withoutBeneficiary(alertOfWaitingErasure) : alertOfWaitingErasure
    return alertsTo(fact as Fact, summary, alert, ['erasureWaitsToRequester', 'erasureWaitsToBeneficiary'])
  },
  knownOf: ({ caseReference, wasVerified }) => ({ caseReference, wasVerified }),
  knownAfter: (before, fact) => ({
    caseReference: caseReferenceIn(fact) ?? before?.caseReference,
    wasVerified: before?.wasVerified === true || (isKnownFact(fact) && isFact(fact, 'RequestVerified')),
  }),
}
