import type { TimerKind } from '../../src/language/index.ts'

/** For people: when each deadline starts, and what should have happened before it is due. */
export const timerTexts: Readonly<Record<TimerKind, { readonly from: string; readonly missed: string }>> = {
  verify: { from: 'the request is opened or reopened', missed: 'it is verified or rejected, or a question is asked' },
  verifyHard: { from: 'the same', missed: 'the same; the final limit' },
  informationReminder: { from: 'a question to the requesting country', missed: 'it is answered; the country gets one reminder' },
  informationDecision: { from: 'the same', missed: 'the same; then the desk decides' },
  acknowledge: { from: 'the request is verified', missed: 'the institution acknowledges the order' },
  acknowledgeEscalation: { from: 'the same', missed: 'the same; then the desk calls' },
  interimAnswer: { from: 'the same', missed: 'an interim answer' },
  execute: { from: 'the same', missed: 'a report of a hold, or of no money' },
  executeHard: { from: 'the same', missed: 'the same; the final limit' },
  confirmedHoldReview: { from: 'a hold is confirmed without an end', missed: 'an authority has reviewed it' },
  consentAnswer: {
    from: 'the institution asks the holder for consent',
    missed: 'an answer; none means no consent',
  },
  returnPayment: {
    from: 'a return is initiated, or a part of it has arrived',
    missed: 'the money is back; then a reminder',
  },
  retention: { from: 'the request has ended', missed: 'the retention period ends' },
}
