import type { Workflow } from '@holdfast/core'
import { type CountryTopics, publishByTopic } from '@holdfast/runtime'
import type { Streams, WriteOptions } from '@holdfast/streams'
import type { PlanDelivery } from '../deliveries/plan-deliveries.ts'
import type { Outbound } from '../outbound.ts'

export interface SendingDependencies {
  readonly workflow: Pick<Workflow, 'topics'>
  readonly streams: Streams
  readonly countryTopics: CountryTopics
  readonly planDelivery: PlanDelivery
}

/**
 * Publishes outbound messages. The delivery of an order is planned before the order is published. If publishing fails,
 * both are repeated under the same ids.
 */
export async function sendOutbound(
  { workflow, streams, countryTopics, planDelivery }: SendingDependencies,
  outbound: readonly Outbound[],
  options?: WriteOptions,
): Promise<void> {
  const plans = outbound.flatMap(({ key, order, vasp }) => {
    const plan = order && planDelivery(order, vasp)
    return plan ? [{ key, value: JSON.stringify(plan) }] : []
  })
  if (plans.length > 0) await streams.publish(workflow.topics.deliveries.name, plans, options)
  await publishByTopic(streams, countryTopics, outbound, options)
}
