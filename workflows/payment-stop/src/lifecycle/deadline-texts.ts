import type { DeadlineKind } from '../language/index.ts'

/** What each kind of deadline waits for, as text: `by 25 July: the institution's report of the hold`. */
export const deadlineTexts: Readonly<Record<DeadlineKind, string>> = {
  verify: 'the verification or rejection of the request',
  verifyHard: 'the verification or rejection of the request, at the latest',
  informationReminder: 'an answer to the question',
  informationDecision: 'an answer to the question, before a decision without one',
  acknowledge: "the institution's acknowledgement of the order",
  acknowledgeEscalation: "the institution's acknowledgement of the order, at the latest",
  interimAnswer: 'an interim answer of the institution',
  execute: "the institution's report of the hold",
  executeHard: "the institution's report of the hold, at the latest",
  holdWarning: 'a confirmation or an extension, before a hold ends',
  holdExpiry: 'the end of a hold, unless it is confirmed or extended',
  confirmedHoldReview: 'a review of the confirmed hold',
  consentAnswer: "the account holder's consent to the return",
  returnPayment: 'the payment of the return',
  retention: 'a review or deletion of stored data',
}
