import type { AnswerBody, Money } from '../language/index.ts'
import type { Correlation } from './correlate.ts'
import type { AttentionCode } from './mapping/attention.ts'

/** An institution's answer, without the ids of its order. */
export type Answered = AnswerBody extends infer B ? (B extends AnswerBody ? Pick<B, 'kind' | 'details'> : never) : never

/** What a person has to check, because the message does not decide it. */
export interface Attention {
  readonly code: AttentionCode
  /** What to do. */
  readonly message: string
  /** The text of the bank, which may contain personal data. */
  readonly said?: string
}

/** The meaning of one transaction of a bank's message. */
export interface Mapped {
  /**
   * The request and order that it names; undefined if none, so that a person has to find the request by the payment.
   */
  readonly about: Correlation | undefined
  readonly answers: readonly Answered[]
  readonly attention: readonly Attention[]
}

/** The amount that the bank was asked to stop. Amounts count in its currency. */
export interface RequestedCancellation {
  readonly amount: Money
}

/** The meaning of a transaction, before its request is known. */
export type Reading = Pick<Mapped, 'answers' | 'attention'>

/** One transaction of a message, which can be interpreted again once its request is known. */
export type Transaction = (asked: RequestedCancellation | undefined) => Reading

/**
 * A transaction with the request that it names. Without `asked`, amounts are compared with the original payment in the
 * message.
 */
export interface AnswerPart {
  readonly about: Correlation | undefined
  interpret(asked?: RequestedCancellation): Reading
}
