import { z } from 'zod'
import { eventSchema } from '../cloud-event.ts'
import { instantSchema } from '../codes.ts'

/**
 * How far dispatch has come in a partition of the ledger: what follows from every record before `position` has gone out, or never will.
 * - `dispatched`: it has gone out.
 * - `recordLost`: dispatch had lost its own record of that, so nothing that lay in the ledger then goes out any more. From `from` on it is not known what had; those orders are being
 *   looked for, to be put before an operator, until a `dispatched` at the same position says that they are.
 */
const dispatchedBodySchema = z.strictObject({
  what: z.enum(['dispatched', 'recordLost']),
  partition: z.int().min(0),
  position: z.int().min(0),
  /** SHA-256 in hex of the record before the position, by which another ledger is told; empty at the very beginning. */
  recordHash: z.string().regex(/^([a-f0-9]{64})?$/),
  from: z.int().min(0).optional(),
  /**
   * The ledger has lost its end: what went out in this time may follow from facts that it no longer has. Where such a fact is made anew, with the same id, what follows from it
   * is there already. Carried on for as long as orders stay in their topics.
   */
  lost: z.strictObject({ from: instantSchema, to: instantSchema }).optional(),
})

export const dispatchedType = 'holdfast.dispatched.v1'
export const dispatchedSchema = eventSchema(dispatchedType, dispatchedBodySchema).meta({
  title: 'Dispatched',
  description: 'A record of freeze.dispatched.',
})
export type DispatchedBody = z.output<typeof dispatchedBodySchema>
export type DispatchedEvent = z.output<typeof dispatchedSchema>
