import { z } from 'zod'
import { actorSchema } from '../actors/actor.ts'
import { rejectionCodeSchema, requestIdSchema } from '../codes.ts'
import { moneySchema } from '../money.ts'
import { textSchema } from '../texts/characters.ts'
import { dualApprovalCommands } from './commands.ts'
import { deadlineSchema } from './deadlines.ts'
import { outcomeSchema } from './outcomes.ts'

/** The most deadlines that a fact says are running: the earliest. A history of 850 holds, each with an end of its own, would otherwise say 850 of them with each fact. */
export const resultingDeadlinesMax = 50

const value = moneySchema.shape.value

/** How the money of a request stands, in its one currency; no amount is mixed with another. */
export const currentAmountsSchema = z.strictObject({
  currency: moneySchema.shape.currency,
  requested: value,
  /** Held now, or come back. */
  frozen: value,
  recovered: value,
  charges: value,
  movedOnward: value,
  /** Held once and let go without coming back. */
  released: value,
})
export type CurrentAmounts = z.output<typeof currentAmountsSchema>

/**
 * What a fact led to: how its request stands after it. The ledger's owner works it out once and writes it inside the hash, so that no reader has to run the statechart, and one
 * that does not know the kind of a fact still knows where its request stands. `holdfast verify` folds and compares.
 */
export const resultingStateSchema = z.strictObject({
  /** The deepest states that hold, most telling first. */
  states: z.array(textSchema(1, 100)).min(1).max(10),
  /** Absent while the request's currency or decimals are not usable (V05). */
  amounts: currentAmountsSchema.optional(),
  /** Running, earliest first, at most 50. */
  deadlines: z.array(deadlineSchema).max(resultingDeadlinesMax),
  /** 1, and one more with each reopening. */
  revision: z.int().min(1),
  /** First words of two persons that wait for the second (V17); absent where none does. */
  proposals: z
    .array(z.strictObject({ command: z.enum(dualApprovalCommands), proposedBy: actorSchema, sequence: z.int().min(1) }))
    .optional(),
  shortfallReason: textSchema(1, 100).optional(),
  rejectionCode: rejectionCodeSchema.optional(),
  standingRequestId: requestIdSchema.optional(),
  /** There once the request has ended. */
  outcome: outcomeSchema.optional(),
})
export type ResultingState = z.output<typeof resultingStateSchema>
