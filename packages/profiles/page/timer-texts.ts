import type { TimerKind } from '@holdfast/schemas'

/** What a deadline is about, for people: what it runs from and what should have happened before it is due. */
export const timerTexts: Readonly<Record<TimerKind, { readonly from: string; readonly missed: string }>> = {
  verify: { from: 'the request is opened or reopened', missed: 'it is verified, questioned or refused' },
  verifyHard: { from: 'the same', missed: 'the same; nothing may wait longer' },
  informationReminder: { from: 'a question to the requester', missed: 'it is answered; the requester is reminded once' },
  informationDecision: { from: 'the same', missed: 'the same; the desk decides without an answer' },
  acknowledge: { from: 'the request is verified', missed: 'the institution says that it has the order' },
  acknowledgeEscalation: { from: 'the same', missed: 'the same; the duty desk is called' },
  interimAnswer: { from: 'the same', missed: 'the institution says at least how far it is' },
  execute: { from: 'the same', missed: 'money is held, or it is said that there is none' },
  executeHard: { from: 'the same', missed: 'the same; nothing may wait longer' },
  confirmedHoldReview: { from: 'a hold is confirmed without an end', missed: 'an authority has looked at it again' },
  consentAnswer: { from: "the institution asks for the holder's consent", missed: 'the holder has answered; no answer is none' },
  returnPayment: { from: 'a return is initiated, or a part of it has come', missed: 'the money is back; it is chased' },
  retention: { from: 'the request has ended', missed: 'the personal data in it may be kept no longer' },
}
