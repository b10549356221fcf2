import type { AnswerBody, Money } from '@holdfast/schemas'
import type { Correlation } from './correlate.ts'
import type { AttentionCode } from './mapping/attention.ts'

/** An institution's answer, without the ids of the order it answers. */
export type Answered = AnswerBody extends infer B ? (B extends AnswerBody ? Pick<B, 'kind' | 'details'> : never) : never

/** What a person has to look at, because no message decides it. */
export interface Attention {
  readonly code: AttentionCode
  /** What to do, in our words. */
  readonly message: string
  /** What the bank wrote, which may be about somebody. */
  readonly said?: string
}

/** What one transaction of a bank's message says in our words. */
export interface Mapped {
  /** What of ours it names; undefined where it names nothing: then a person finds the request by the payment. */
  readonly about: Correlation | undefined
  readonly answers: readonly Answered[]
  readonly attention: readonly Attention[]
}

/** What was asked of the bank. Amounts count in its currency. */
export interface RequestedCancellation {
  readonly amount: Money
}

/** What a transaction says, before it is known what it is about. */
export type Reading = Pick<Mapped, 'answers' | 'attention'>

/** One transaction of a message, which can be read again by itself once it is known what was asked. */
export type Transaction = (asked: RequestedCancellation | undefined) => Reading

/** A transaction with what of ours it names. Without `asked`, amounts are held against the original payment that the message names. */
export interface AnswerPart {
  readonly about: Correlation | undefined
  says(asked?: RequestedCancellation): Reading
}
