import { countriesWithEndpoints, type Directory, recipientOf } from '@holdfast/directory'
import { type Order, ordersTopic, plannedDelivery, topics } from '@holdfast/schemas'
import type { Clock } from '@holdfast/service-kit'
import type { OutgoingRecord, Streams } from '@holdfast/streams'

/**
 * Streams on which an order for somebody who has an endpoint is planned for delivery before it is published to its topic: if that fails in between, the order is made again, and
 * with it the plan, under the same id. An order of a country whose institutions all read the topic costs a look into a set.
 */
export function planDeliveries(streams: Streams, current: () => Directory, clock: Clock): Streams {
  let known: { readonly directory: Directory; readonly topics: ReadonlySet<string> } | undefined

  function hasEndpoints(topic: string): boolean {
    const directory = current()
    if (known?.directory !== directory)
      known = { directory, topics: new Set([...countriesWithEndpoints(directory)].map(country => ordersTopic(country).name)) }
    return known.topics.has(topic)
  }

  function planned({ key, value }: OutgoingRecord): OutgoingRecord[] {
    const order = JSON.parse(value) as Order
    const { country, institution, payment } = order.data
    if (recipientOf(current(), country, institution.bic, payment.wallet?.vasp).channel.kind === 'topic') return []
    return [{ key, value: JSON.stringify(plannedDelivery(order, clock.now())) }]
  }

  return {
    ...streams,
    async publish(topic, records, options) {
      const deliveries = hasEndpoints(topic) ? records.flatMap(planned) : []
      if (deliveries.length > 0) await streams.publish(topics.deliveries.name, deliveries, options)
      await streams.publish(topic, records, options)
    },
  }
}
