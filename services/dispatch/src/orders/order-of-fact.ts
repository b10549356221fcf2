import type { Instruction, Workflow } from '@holdfast/core'
import { consequenceIdOf, type DispatchedOrder, type LedgerFact, ordersTopic, orderType } from '@holdfast/schemas'
import type { EngineSigner } from '@holdfast/trust'
import type { Outbound } from '../outbound.ts'

export const orderIdOf = (fact: Pick<LedgerFact, 'id' | 'subject'>): string => consequenceIdOf('order', fact.subject, fact.id)

/** The signed order. Its data are the instruction and the frame of the request. */
export function orderOf(
  signer: EngineSigner,
  { topicPrefix, dispatching }: Pick<Workflow, 'dispatching' | 'topicPrefix'>,
  fact: LedgerFact,
  frame: object,
  instruction: Instruction,
): Outbound {
  const id = orderIdOf(fact)
  const unsigned = {
    specversion: '1.0' as const,
    id,
    source: '/holdfast/dispatch',
    type: orderType,
    subject: fact.subject,
    time: fact.time,
    datacontenttype: 'application/json' as const,
    causationid: fact.id,
    ...(fact.correlationid ? { correlationid: fact.correlationid } : {}),
    ...(fact.traceparent ? { traceparent: fact.traceparent } : {}),
    data: { orderId: id, ...instruction, ...frame },
  } as unknown as DispatchedOrder
  const order = { ...unsigned, signature: signer.sign(unsigned) }
  return {
    topic: ordersTopic(order.data.country, topicPrefix),
    id,
    key: fact.subject,
    value: JSON.stringify(order),
    order,
    vasp: dispatching.orders?.vaspOf?.(frame),
  }
}
