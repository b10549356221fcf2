import type { AnsweringSender, SignedEvent } from '@holdfast/access'
import type { MemberActor } from '@holdfast/schemas'
import type { AnswerContent, AnswerDocument } from './read-answers.ts'

/** Who answers, in the name of a person of its country. */
export interface AnswerSender extends MemberActor, Pick<AnsweringSender, 'bics' | 'byFolder'> {}

/** An answer to an order that was sent. */
export interface MatchedAnswer {
  /** By which a repeat of it is known. */
  readonly answerId: string
  readonly orderId: string
  /** The institution that the order went to. */
  readonly orderBic: string
  readonly requestId: string
  readonly content: AnswerContent
}

export interface ReceivedDocument {
  readonly sender: AnswerSender
  /** Of an event that its sender has signed. */
  readonly signed?: SignedEvent | undefined
  readonly document: AnswerDocument
}
