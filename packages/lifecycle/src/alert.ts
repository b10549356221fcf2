import {
  type AlertCode,
  type AlertText,
  type ChildlessReason,
  type DeadlineKind,
  type DualApprovalCommand,
  type Fact,
  type FactOf,
  isFact,
  type RefusedCommand,
} from '@holdfast/schemas'

/** What each side is told of something that it has to act on or to know of; a side that is absent is told nothing. */
export interface Alert {
  readonly requester?: AlertText
  readonly beneficiary?: AlertText
}

const words = (code: AlertCode, message: string): AlertText => ({ code, message })
const requester = (code: AlertCode, message: string): Alert => ({ requester: words(code, message) })
const beneficiary = (code: AlertCode, message: string): Alert => ({ beneficiary: words(code, message) })
const both = (code: AlertCode, message: string): Alert => ({ requester: words(code, message), beneficiary: words(code, message) })

/**
 * One sentence for each side that a passed deadline concerns: the timers of the field, first and hard limits apart. They name no person and no account, and what is
 * counted in hours or days differs from country to country, so no numbers either.
 */
const deadlineAlerts: Readonly<Record<DeadlineKind, Alert>> = {
  verify: beneficiary(
    'deadline.verify',
    'The request has waited for its verification as long as a payment of its age may: verify, ask or reject',
  ),
  verifyHard: {
    ...requester(
      'deadline.verifyHard.requester',
      'The request has not been verified within the last limit: ask the desk of the beneficiary country',
    ),
    ...beneficiary(
      'deadline.verifyHard.beneficiary',
      'The request has not been verified within the last limit: no request may wait longer',
    ),
  },
  informationReminder: requester('deadline.informationReminder', 'A question about the request waits for your answer'),
  informationDecision: {
    ...requester(
      'deadline.informationDecision.requester',
      'The question about the request was not answered in time: the beneficiary country decides with what it has',
    ),
    ...beneficiary(
      'deadline.informationDecision.beneficiary',
      'The question about the request was not answered in time: decide with what is there',
    ),
  },
  acknowledge: beneficiary('deadline.acknowledge', 'No institution has acknowledged the order: make sure that it was seen'),
  acknowledgeEscalation: beneficiary(
    'deadline.acknowledgeEscalation',
    'Still no institution has acknowledged the order: call its duty desk',
  ),
  interimAnswer: requester('deadline.interimAnswer', 'There is no answer of the institution yet: the day has ended without one'),
  execute: beneficiary('deadline.execute', 'The order has not been carried out in time: ask the institution what keeps it'),
  executeHard: {
    ...requester(
      'deadline.executeHard.requester',
      'The order has not been carried out within the last limit: ask the desk of the beneficiary country',
    ),
    ...beneficiary(
      'deadline.executeHard.beneficiary',
      'The order has not been carried out within the last limit: no order may wait longer',
    ),
  },
  holdWarning: both('deadline.holdWarning', 'A hold is about to end: it lapses by itself unless it is confirmed or extended before'),
  holdExpiry: both('deadline.holdExpiry', 'A hold has ended: what was held by it is no longer held'),
  confirmedHoldReview: beneficiary('deadline.confirmedHoldReview', 'A hold without an end has lasted long: review whether it still has to'),
  consentAnswer: both(
    'deadline.consentAnswer',
    'The holder has not answered whether the money may be returned: it needs an order, an indemnity or an end',
  ),
  returnPayment: {
    ...requester(
      'deadline.returnPayment.requester',
      'The money that was to be returned has not been reported as paid in time: look for it, and ask the beneficiary country',
    ),
    ...beneficiary(
      'deadline.returnPayment.beneficiary',
      'The money that was to be returned has not been reported as paid in time: the institution has been chased',
    ),
  },
  retention: both(
    'deadline.retention',
    'The request ended as long ago as its data may be kept: the engine destroys the keys of what is sealed, and what you keep of it elsewhere is yours to purge',
  ),
}

/** Money that no request follows is for who asked to follow it by other ways. */
const childlessAlerts: Readonly<Record<ChildlessReason, Alert>> = {
  DENIED_COUNTRY: requester(
    'unfollowed.DENIED_COUNTRY',
    'Money moved onward to a country that the case is kept from, so nothing follows it: decide whether that country may be asked',
  ),
  SAME_COUNTRY: requester(
    'unfollowed.SAME_COUNTRY',
    'Money moved onward to your own country, so nothing follows it: follow it by the means of your own law',
  ),
  NOT_A_MEMBER: requester(
    'unfollowed.NOT_A_MEMBER',
    'Money moved onward to a country that is no member, so nothing follows it: ask by mutual legal assistance',
  ),
  HOP_LIMIT: requester('unfollowed.HOP_LIMIT', 'Money moved onward more often than it is followed: ask by mutual legal assistance'),
  HOP_CYCLE: requester(
    'unfollowed.HOP_CYCLE',
    'Money moved onward to an account where this case has been: work on the request that is there',
  ),
  NO_PARTICULARS: both(
    'unfollowed.NO_PARTICULARS',
    'Money moved onward and nothing follows it, as the report does not say to which account: ask the institution, and send a request there',
  ),
}

const lateAnswer = both(
  'lateAnswer',
  'An institution reported something after the request had ended, which changed nothing: find out whether money is held',
)

const lastLateAnswer = both(
  'lateAnswer.last',
  'An institution reported something after the request had ended, as often as is kept on record: what it reports from now on is not. Find out whether money is held',
)

const undelivered: Alert = {
  ...requester(
    'undelivered.requester',
    'An order did not reach the institution it is for: the beneficiary country has been told to bring it by other ways',
  ),
  ...beneficiary(
    'undelivered.beneficiary',
    'An order did not reach the institution it is for: call its duty desk, then mend its entry in the directory',
  ),
}

/** What dispatch tells of a request that it can't process, once its keys are destroyed all the same. */
export const alertOfErasureWhileParked = both(
  'erasedWhileParked',
  'The keys of the request are destroyed while the engine could not process it: notices and orders that were still to be sent are not sent, so read its history',
)

/** What dispatch tells of an erasure that the ledger cannot decide yet. */
export const alertOfWaitingErasure = both(
  'erasureWaits',
  'The erasure of the request was ordered and waits, because the engine cannot process the request: its personal data can still be read. The operator has to repair it',
)

function onwardAlert({ data: { amount, country, childless, proposed }, sequence }: FactOf<'MovedOnwardReported'>): Alert {
  if (childless) return childlessAlerts[childless]
  if (!proposed) return {}
  const message = `${amount.currency} ${amount.value} moved onward to ${country}, and no request follows it unless an officer of yours agrees: follow it, or decline and say why`
  return { requester: { ...words('movedOnward', message), parameters: { amount, country, report: sequence } } }
}

const toDo: Readonly<Record<DualApprovalCommand, string>> = {
  ConfirmFreeze: 'confirm the hold',
  ExtendFreeze: 'extend the hold',
  InitiateReturn: 'initiate the return',
  Withdraw: 'withdraw the request',
  Release: 'release the money',
  CloseUnrecovered: 'close the request without recovery',
  OrderErasure: 'destroy for good what was said of the request',
}

function proposalAlert({ data: { command }, actor, requestingcountry }: FactOf<'ActionProposed'>): Alert {
  const message = `It is proposed to ${toDo[command]}: this is done once a second person of the same side and role agrees to it`
  const proposal = { ...words('proposed', message), parameters: { command } }
  return actor.startsWith(`${requestingcountry}/`) ? { requester: proposal } : { beneficiary: proposal }
}

/** Whom a fact alerts, and with which words. What waits for a person, a second one or the requester's officer, is one for as long as it waits. */
export function alertOf(fact: Fact): Alert {
  if (isFact(fact, 'DeadlineReached') || isFact(fact, 'HoldExpired')) return deadlineAlerts[fact.data.kind]
  if (isFact(fact, 'OrderUndelivered')) return undelivered
  if (isFact(fact, 'MovedOnwardReported')) return onwardAlert(fact)
  if (isFact(fact, 'ActionProposed')) return proposalAlert(fact)
  return {}
}

/** Whom a refused command alerts: an answer of an institution that came after the end. */
export const alertOfRefusal = ({ data }: RefusedCommand): Alert => (data.late ? (data.last ? lastLateAnswer : lateAnswer) : {})
