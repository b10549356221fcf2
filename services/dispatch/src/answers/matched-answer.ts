import type { AnsweringSender, SignedEvent } from '@holdfast/access'
import type { MemberActor } from '@holdfast/schemas'
import type { AnswerContent, AnswerDocument } from './read-answers.ts'

/** The sender of an answer: a person of a country. */
export interface AnswerSender extends MemberActor, Pick<AnsweringSender, 'bics' | 'byFolder'> {}

/** An answer to an order that the engine sent. */
export interface MatchedAnswer {
  /** Identifies repeats of the answer. */
  readonly answerId: string
  readonly orderId: string
  /** The institution that received the order. */
  readonly orderBic: string
  readonly requestId: string
  readonly content: AnswerContent
}

export interface ReceivedDocument {
  readonly sender: AnswerSender
  /** Present if the sender has signed the event. */
  readonly signed?: SignedEvent | undefined
  readonly document: AnswerDocument
}
