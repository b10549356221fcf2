import { type CountryTopics, publishByTopic } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import type { Streams, WriteOptions } from '@holdfast/streams'
import type { PlanDelivery } from '../deliveries/plan-deliveries.ts'
import type { Outbound } from '../outbound.ts'

export interface SendingDependencies {
  readonly streams: Streams
  readonly countryTopics: CountryTopics
  readonly planDelivery: PlanDelivery
}

/**
 * Publishes what goes out. The delivery of an order for somebody who reads no topic is planned before the order lies in its topic: if that fails in between, the order is made again, and with it the plan,
 * under the same id.
 */
export async function sendOutbound(
  { streams, countryTopics, planDelivery }: SendingDependencies,
  outbound: readonly Outbound[],
  options?: WriteOptions,
): Promise<void> {
  const plans = outbound.flatMap(({ key, order }) => {
    const plan = order && planDelivery(order)
    return plan ? [{ key, value: JSON.stringify(plan) }] : []
  })
  if (plans.length > 0) await streams.publish(topics.deliveries.name, plans, options)
  await publishByTopic(streams, countryTopics, outbound, options)
}
