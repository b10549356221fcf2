import { actorSchema, requestIdSchema, textSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { deadlineSchema } from '../requests/deadlines.ts'
import { outcomeSchema } from '../requests/outcomes.ts'
import { rejectionCodeSchema } from '../values/codes.ts'
import { moneySchema } from '../values/money.ts'
import { dualApprovalCommands } from './registry.ts'

/**
 * The most deadlines in a resulting state: the earliest. A history of 850 holds would otherwise have 850 in each fact.
 */
export const resultingDeadlinesMax = 50

const value = moneySchema.shape.value

/** The amounts of a request, in its currency. No amount includes another. */
export const currentAmountsSchema = z.strictObject({
  currency: moneySchema.shape.currency,
  requested: value,
  /** On hold, or returned. */
  frozen: value,
  recovered: value,
  charges: value,
  movedOnward: value,
  /** The part whose hold ended without a return. */
  released: value,
})
export type CurrentAmounts = z.output<typeof currentAmountsSchema>

/**
 * The state of a request after a fact. The partition's owner computes it once and stores it in the fact, inside the hash.
 * So readers need no statechart, also for a kind of fact that they do not know. `holdfast verify` computes it again and
 * compares.
 */
export const resultingStateSchema = z.strictObject({
  /** The deepest current states, the most specific first. */
  states: z.array(textSchema(1, 100)).min(1).max(10),
  /** Absent while the currency or decimals of the request are invalid (V05). */
  amounts: currentAmountsSchema.optional(),
  /** Running deadlines, earliest first, at most 50. */
  deadlines: z.array(deadlineSchema).max(resultingDeadlinesMax),
  /** Starts at 1; each reopening adds one. */
  revision: z.int().min(1),
  /** Open proposals (V17); absent if there are none. */
  proposals: z
    .array(z.strictObject({ command: z.enum(dualApprovalCommands), proposedBy: actorSchema, sequence: z.int().min(1) }))
    .optional(),
  shortfallReason: textSchema(1, 100).optional(),
  rejectionCode: rejectionCodeSchema.optional(),
  standingRequestId: requestIdSchema.optional(),
  /** Present once the request has ended. */
  outcome: outcomeSchema.optional(),
})
export type ResultingState = z.output<typeof resultingStateSchema>
