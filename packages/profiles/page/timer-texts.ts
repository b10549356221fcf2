import type { TimerKind } from '@holdfast/schemas'

/** For people: when each deadline starts, and what should have happened before it is due. */
export const timerTexts: Readonly<Record<TimerKind, { readonly from: string; readonly missed: string }>> = {
  verify: { from: 'the request is opened or reopened', missed: 'it is verified, rejected or a question is asked' },
  verifyHard: { from: 'the same', missed: 'the same; the final limit' },
  informationReminder: { from: 'a question to the requesting country', missed: 'it is answered; otherwise the country gets one reminder' },
  informationDecision: { from: 'the same', missed: 'the same; the desk decides without an answer' },
  acknowledge: { from: 'the request is verified', missed: 'the institution acknowledges the order' },
  acknowledgeEscalation: { from: 'the same', missed: 'the same; the desk calls the duty desk of the institution' },
  interimAnswer: { from: 'the same', missed: 'the institution gives at least an interim answer' },
  execute: { from: 'the same', missed: 'the institution reports a hold, or that there is no money' },
  executeHard: { from: 'the same', missed: 'the same; the final limit' },
  confirmedHoldReview: { from: 'a hold is confirmed without an end', missed: 'an authority has reviewed it' },
  consentAnswer: {
    from: 'the institution asks the account holder for consent',
    missed: 'the account holder has answered; no answer means no consent',
  },
  returnPayment: {
    from: 'a return is initiated, or a part of it has arrived',
    missed: 'the money is back; otherwise the engine sends a reminder',
  },
  retention: { from: 'the request has ended', missed: 'the retention period of its personal data ends' },
}
