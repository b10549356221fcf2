import type { RefusedCommand } from '@holdfast/schemas'
import {
  type AlertCode,
  type AlertText,
  type ChildlessReason,
  type DeadlineKind,
  type DualApprovalCommand,
  type Fact,
  type FactBody,
  type FactOf,
  isFact,
} from '../language/index.ts'

/** The alert of each country about something to act on or to know; absent for a country without one. */
export interface Alert {
  readonly requester?: AlertText
  readonly beneficiary?: AlertText
}

const alertText = (code: AlertCode, message: string): AlertText => ({ code, message })
const requester = (code: AlertCode, message: string): Alert => ({ requester: alertText(code, message) })
const beneficiary = (code: AlertCode, message: string): Alert => ({ beneficiary: alertText(code, message) })
const both = (code: AlertCode, message: string): Alert => ({ requester: alertText(code, message), beneficiary: alertText(code, message) })

/**
 * One sentence for each country that a missed deadline concerns, with first and hard limits apart. No persons, accounts or
 * numbers: periods in hours or days differ between countries.
 */
const deadlineAlerts: Readonly<Record<DeadlineKind, Alert>> = {
  verify: beneficiary('deadline.verify', 'The time to verify a payment of this age has passed: verify, ask or reject it'),
  verifyHard: {
    ...requester(
      'deadline.verifyHard.requester',
      'The final time limit for the verification has passed: ask the desk of the beneficiary country',
    ),
    ...beneficiary('deadline.verifyHard.beneficiary', 'The final time limit for the verification has passed: decide on the request now'),
  },
  informationReminder: requester('deadline.informationReminder', 'A question about the request waits for your answer'),
  informationDecision: {
    ...requester(
      'deadline.informationDecision.requester',
      'The question about the request was not answered in time: the beneficiary country decides without an answer',
    ),
    ...beneficiary(
      'deadline.informationDecision.beneficiary',
      'The question about the request was not answered in time: decide without an answer',
    ),
  },
  acknowledge: beneficiary('deadline.acknowledge', 'The institution has not acknowledged the order: make sure that it received it'),
  acknowledgeEscalation: beneficiary(
    'deadline.acknowledgeEscalation',
    'The institution has still not acknowledged the order: call its duty desk',
  ),
  interimAnswer: requester('deadline.interimAnswer', 'The institution has not answered by the end of the day'),
  execute: beneficiary('deadline.execute', 'The institution has not carried out the order in time: ask it for the reason'),
  executeHard: {
    ...requester(
      'deadline.executeHard.requester',
      'The final time limit for the order has passed: ask the desk of the beneficiary country',
    ),
    ...beneficiary(
      'deadline.executeHard.beneficiary',
      'The final time limit for the order has passed: make sure that the institution acts now',
    ),
  },
  holdWarning: both('deadline.holdWarning', 'A hold is about to end: it expires unless it is confirmed or extended first'),
  holdExpiry: both('deadline.holdExpiry', 'A hold has ended: its money is no longer frozen'),
  confirmedHoldReview: beneficiary(
    'deadline.confirmedHoldReview',
    'A hold without an end has lasted long: review whether it is still needed',
  ),
  consentAnswer: both(
    'deadline.consentAnswer',
    'The account holder has not consented to the return: obtain an order or an indemnity, or end the hold',
  ),
  returnPayment: {
    ...requester(
      'deadline.returnPayment.requester',
      'The return was not reported in time: check whether the money arrived, and ask the beneficiary country',
    ),
    ...beneficiary('deadline.returnPayment.beneficiary', 'The return was not reported in time: the engine sent the institution a reminder'),
  },
  retention: both(
    'deadline.retention',
    'The retention period of the request has ended: the engine destroys its keys, and you must delete your own copies of the data',
  ),
}

const challengeLodged = both(
  'challengeLodged',
  'The account holder has challenged the freeze: an authority of the beneficiary country has to record the decision',
)

/** The alert of a decided challenge, by its decision. */
const challengeDecided: Readonly<Record<FactBody<'ChallengeDecided'>['decision'], Alert>> = {
  FOR_HOLDER: both('challengeDecided.FOR_HOLDER', 'The challenge of the freeze was upheld: the money is released'),
  AGAINST_HOLDER: both('challengeDecided.AGAINST_HOLDER', 'The challenge of the freeze was dismissed: the hold stays'),
}

/** Money without an onward request: the requesting country has to follow it in other ways. */
const childlessAlerts: Readonly<Record<ChildlessReason, Alert>> = {
  DENIED_COUNTRY: requester(
    'unfollowed.DENIED_COUNTRY',
    'Money moved onward to a country without access to the case, so it has no onward request: decide whether to give that country access',
  ),
  SAME_COUNTRY: requester(
    'unfollowed.SAME_COUNTRY',
    'Money moved onward to your own country, so it has no onward request: use the means of your national law',
  ),
  NOT_A_MEMBER: requester(
    'unfollowed.NOT_A_MEMBER',
    'Money moved onward to a country that is not a member, so it has no onward request: use mutual legal assistance',
  ),
  HOP_LIMIT: requester('unfollowed.HOP_LIMIT', 'Money moved onward too often for a further onward request: use mutual legal assistance'),
  HOP_CYCLE: requester(
    'unfollowed.HOP_CYCLE',
    'Money moved onward to an account that this case already includes: continue with the existing request',
  ),
  NO_PARTICULARS: both(
    'unfollowed.NO_PARTICULARS',
    'Money moved onward, but the report does not name the account, so it has no onward request: ask the institution, then send a request',
  ),
}

const lateAnswer = both(
  'lateAnswer',
  'An institution reported after the request had ended. Nothing changed: find out whether money is on hold',
)

const lastLateAnswer = both(
  'lateAnswer.last',
  'An institution used up its refusal budget after the request had ended: further reports are not recorded, so find out whether money is on hold',
)

const undelivered: Alert = {
  ...requester(
    'undelivered.requester',
    'An order could not be delivered to the institution: the beneficiary country has an alert to deliver it in another way',
  ),
  ...beneficiary(
    'undelivered.beneficiary',
    'An order could not be delivered to the institution: call its duty desk, then correct its entry in the directory',
  ),
}

/** Alert for a request that dispatch cannot process after its keys were destroyed. */
export const alertOfErasureWhileParked = both(
  'erasedWhileParked',
  'The keys were destroyed while the engine could not process the request: pending notifications and orders are not sent, so read its history',
)

/** Alert for an erasure that the ledger cannot decide yet. */
export const alertOfWaitingErasure = both(
  'erasureWaits',
  'The ordered erasure waits, because the engine cannot process the request: its personal data can still be read. The operator has to repair it',
)

function onwardAlert({ data: { amount, country, childless, proposed }, sequence }: FactOf<'MovedOnwardReported'>): Alert {
  if (childless) return childlessAlerts[childless]
  if (!proposed) return {}
  const message = `${amount.currency} ${amount.value} moved onward to ${country}, and needs a decision of your country: approve an onward request, or decline with a reason`
  return { requester: { ...alertText('movedOnward', message), parameters: { amount, country, report: sequence } } }
}

const toDo: Readonly<Record<DualApprovalCommand, string>> = {
  ConfirmFreeze: 'confirm the hold',
  ExtendFreeze: 'extend the hold',
  InitiateReturn: 'initiate the return',
  Withdraw: 'withdraw the request',
  Release: 'release the money',
  CloseUnrecovered: 'close the request without recovery',
  DecideChallenge: 'decide the challenge of the account holder',
  OrderErasure: 'erase the data of the request for good',
}

function proposalAlert({ data: { command }, actor, requestingcountry }: FactOf<'ActionProposed'>): Alert {
  const message = `It is proposed to ${toDo[command]}: a different person of your country with the same role must approve it`
  const proposal = { ...alertText('proposed', message), parameters: { command } }
  return actor.startsWith(`${requestingcountry}/`) ? { requester: proposal } : { beneficiary: proposal }
}

/** The alert that a fact raises. A proposal, and money that awaits a decision, are alerts for as long as they wait. */
export function alertOf(fact: Fact): Alert {
  if (isFact(fact, 'DeadlineReached') || isFact(fact, 'HoldExpired')) return deadlineAlerts[fact.data.kind]
  if (isFact(fact, 'OrderUndelivered')) return undelivered
  if (isFact(fact, 'MovedOnwardReported')) return onwardAlert(fact)
  if (isFact(fact, 'ActionProposed')) return proposalAlert(fact)
  if (isFact(fact, 'ChallengeLodged')) return challengeLodged
  if (isFact(fact, 'ChallengeDecided')) return challengeDecided[fact.data.decision]
  return {}
}

/** The alert that a refused command raises: an institution's answer after the end. */
export const alertOfRefusal = ({ data }: RefusedCommand): Alert => (data.late ? (data.last ? lastLateAnswer : lateAnswer) : {})
