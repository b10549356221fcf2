import { z } from 'zod'
import { instantSchema } from '../codes.ts'
import { moneySchema } from '../money.ts'
import { textSchema } from '../texts/characters.ts'

const seconds = z.int().min(0)

/**
 * What became of a request, for the country that asked (V29; FFKC, Regulation (EU) 2018/1805 Art. 7(2)). Amounts are absent where the request's own could not be
 * read (V05); `frozen` is all that was held for at least a moment, `released` what of it was let go without coming back.
 */
export const outcomeSchema = z.strictObject({
  /** The state it ended in, such as `recovered` or `closed.expired`. */
  end: textSchema(1, 100),
  /** A code or a sentence, where the end has one. */
  reason: textSchema(1, 500).optional(),
  amounts: z
    .strictObject({
      requested: moneySchema,
      frozen: moneySchema,
      recovered: moneySchema,
      charges: moneySchema,
      movedOnward: moneySchema,
      released: moneySchema,
    })
    .optional(),
  openedAt: instantSchema,
  endedAt: instantSchema,
  /** From opening to verification, to the first hold, and to the last money back. */
  secondsToVerify: seconds.optional(),
  secondsToFreeze: seconds.optional(),
  secondsToRecover: seconds.optional(),
})
export type OutcomeReport = z.output<typeof outcomeSchema>
