import { instantSchema, textSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { moneySchema } from '../values/money.ts'

const seconds = z.int().min(0)

/**
 * The outcome of a request, for the requesting country (V29; FFKC, Regulation (EU) 2018/1805 Art. 7(2)). Amounts are absent
 * if the request's amount was invalid (V05). `frozen` counts everything that was ever frozen, `released` the part whose
 * hold ended without a return.
 */
export const outcomeSchema = z.strictObject({
  /** The final state, such as `recovered` or `closed.expired`. */
  end: textSchema(1, 100),
  /** A code or a sentence, if there is one. */
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
  /** Seconds from the opening to the verification, to the first hold, and to the last return. */
  secondsToVerify: seconds.optional(),
  secondsToFreeze: seconds.optional(),
  secondsToRecover: seconds.optional(),
})
export type OutcomeReport = z.output<typeof outcomeSchema>
