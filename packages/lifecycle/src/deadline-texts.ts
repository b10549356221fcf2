import type { DeadlineKind } from '@holdfast/schemas'

/** What is awaited until a deadline of each kind, in words for people: `by 25 July: the institution's report of what it holds`. */
export const deadlineTexts: Readonly<Record<DeadlineKind, string>> = {
  verify: 'the request verified or refused',
  verifyHard: 'the request verified or refused, at the latest',
  informationReminder: 'an answer to the question',
  informationDecision: 'an answer to the question, else it goes on without one',
  acknowledge: "the institution's acknowledgement of the order",
  acknowledgeEscalation: "the institution's acknowledgement of the order, at the latest",
  interimAnswer: "a first word of the institution's",
  execute: "the institution's report of what it holds",
  executeHard: "the institution's report of what it holds, at the latest",
  holdWarning: 'a confirmation or an extension, before a hold ends',
  holdExpiry: 'the end of a hold, unless it is confirmed or extended',
  confirmedHoldReview: 'a review of the confirmed hold',
  consentAnswer: "the account holder's answer, whether the money may go back",
  returnPayment: 'the payment that brings the money back',
  retention: 'a purge or a review of what is kept',
}
