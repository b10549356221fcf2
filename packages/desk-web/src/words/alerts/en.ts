import type { AlertCode } from '@holdfast/schemas'

const alerts: Record<Exclude<AlertCode, 'movedOnward' | 'proposed'>, string> = {
  'deadline.verify': 'The request has waited for its verification as long as a payment of its age may. Verify it, ask, or reject it.',
  'deadline.verifyHard.requester':
    'The request has not been verified within the last limit. Ask the desk of the country where the money is.',
  'deadline.verifyHard.beneficiary':
    'The request has not been verified within the last limit. No request may wait longer: decide on it now.',
  'deadline.informationReminder': 'A question about the request waits for your answer.',
  'deadline.informationDecision.requester':
    'The question about the request was not answered in time. The country where the money is decides with what it has.',
  'deadline.informationDecision.beneficiary': 'The question about the request was not answered in time. Decide with what is there.',
  'deadline.acknowledge': 'No institution has acknowledged the order. Make sure that it was seen.',
  'deadline.acknowledgeEscalation': 'Still no institution has acknowledged the order. Call its duty desk.',
  'deadline.interimAnswer': 'There is no answer of the institution yet: the day has ended without one.',
  'deadline.execute': 'The order has not been carried out in time. Ask the institution what keeps it.',
  'deadline.executeHard.requester':
    'The order has not been carried out within the last limit. Ask the desk of the country where the money is.',
  'deadline.executeHard.beneficiary':
    'The order has not been carried out within the last limit. No order may wait longer: call the institution now.',
  'deadline.holdWarning': 'A hold is about to end. It lapses by itself unless it is confirmed or extended before.',
  'deadline.holdExpiry': 'A hold has ended. What was held by it is no longer held.',
  'deadline.confirmedHoldReview': 'A hold without an end has lasted long. Review whether it still has to.',
  'deadline.consentAnswer':
    'The holder of the account has not answered whether the money may be returned. It needs an order or an indemnity, or the request has to end.',
  'deadline.returnPayment.requester':
    'The money that was to be returned has not been reported as paid in time. Look for it, and ask the country where it was held.',
  'deadline.returnPayment.beneficiary':
    'The money that was to be returned has not been reported as paid in time. The institution has been chased.',
  'deadline.retention':
    'The request ended as long ago as its data may be kept. The engine destroys the keys of what is sealed; what you keep of it elsewhere is yours to purge.',
  'unfollowed.DENIED_COUNTRY':
    'Money moved onward to a country that the case is kept from, so nothing follows it. Decide whether that country may be asked.',
  'unfollowed.SAME_COUNTRY': 'Money moved onward to your own country, so no request follows it. Follow it by the means of your own law.',
  'unfollowed.NOT_A_MEMBER': 'Money moved onward to a country that is no member, so nothing follows it. Ask by mutual legal assistance.',
  'unfollowed.HOP_LIMIT': 'Money moved onward more often than it is followed. Ask by mutual legal assistance.',
  'unfollowed.HOP_CYCLE': 'Money moved onward to an account where this case has been. Work on the request that is there.',
  'unfollowed.NO_PARTICULARS':
    'Money moved onward and nothing follows it, as the report does not say to which account. Ask the institution, and send a request there.',
  lateAnswer: 'An institution reported something after the request had ended, which changed nothing. Find out whether money is held.',
  'lateAnswer.last':
    'An institution reported something after the request had ended, as often as is kept on record: what it reports from now on is not. Find out whether money is held.',
  erasureWaits:
    'The erasure of the request was ordered and waits, because the engine cannot process the request. Its personal data can still be read: the operator has to repair it.',
  erasedWhileParked:
    'The keys of the request are destroyed while the engine could not process it. Notices and orders that were still to be sent are not sent: read its history.',
  'undelivered.requester':
    'An order did not reach the institution it is for. The country where the money is has been told to bring it by other ways.',
  'undelivered.beneficiary':
    'An order did not reach the institution it is for. Call its duty desk, then have its entry in the directory mended.',
}

export const alertsEn = {
  alerts: {
    ...alerts,
    movedOnward: (amount: string, country: string) =>
      `${amount} moved onward to ${country}. No request follows it unless an officer of your country agrees: follow the money, or say why not.`,
    proposed: (command: string) => `Proposed: ${command}. It is done once a second person of the same side and role does the same.`,
  },
}
