import type { Workflow } from '@holdfast/core'
import type { Clock } from '@holdfast/runtime'
import { consequenceIdOf, type DispatchedOrder, engineCommand, formatActor } from '@holdfast/schemas'
import { recordOf, type Streams } from '@holdfast/streams'
import type { Ended } from './pending.ts'

interface Dependencies {
  readonly workflow: Pick<Workflow, 'topics'>
  readonly streams: Streams
  readonly clock: Clock
}

/**
 * Reports an undelivered order as a command. The resulting fact alerts both countries and appears on their desks. A
 * repeat is the same command, and the ledger drops it.
 */
export const createEscalation =
  ({ workflow: { topics }, streams, clock }: Dependencies) =>
  async (order: DispatchedOrder, { recipient, attempts, why }: Ended & { kind: 'escalated' }): Promise<void> => {
    const { orderId, requestId, kind } = order.data
    const data = { orderId, order: kind, recipient, attempts, why }
    const command = engineCommand('ReportUndelivered', data, {
      id: consequenceIdOf('command', requestId, `undelivered/${orderId}`),
      service: 'dispatch',
      subject: requestId,
      time: clock.now().toISOString(),
      causationid: orderId,
      correlationid: order.correlationid ?? requestId,
      actor: formatActor({ country: 'holdfast', role: 'dispatch', person: 'deliveries' }),
      traceparent: order.traceparent,
    })
    await streams.publish(topics.commands.name, [recordOf(requestId, command)])
  }
