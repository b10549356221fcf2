import { z } from 'zod'
import { eventSchema } from '../cloud-event.ts'
import { instantSchema } from '../codes.ts'

/**
 * The progress of dispatch in a ledger partition: outbound messages of records before `position` are sent, or never will
 * be.
 * - `dispatched`: they are sent.
 * - `recordLost`: dispatch lost its progress record, so it sends nothing for records that the ledger had then. It is unknown
 *   which messages from `from` on were sent. Dispatch collects these orders for an operator, and then writes a
 *   `dispatched` at the same position.
 */
const dispatchedBodySchema = z.strictObject({
  what: z.enum(['dispatched', 'recordLost']),
  partition: z.int().min(0),
  position: z.int().min(0),
  /**
   * SHA-256 in hex of the record before the position, which reveals a different ledger; empty at the very beginning.
   */
  recordHash: z.string().regex(/^([a-f0-9]{64})?$/),
  from: z.int().min(0).optional(),
  /**
   * The ledger lost its end: messages of this period may belong to facts that no longer exist. If such a fact is written
   * again with the same id, its messages already exist. Carried along for as long as orders stay in their topics.
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
