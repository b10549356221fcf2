import { notificationsTopic, ordersTopic, type TopicSpec, topics } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'
import type { Delivered } from '../../checker/observations.ts'
import { countries } from './countries.ts'
import type { Lying } from './site.ts'

/** Reads the messages that an engine has sent, and its ledger. */
export async function readLying(everythingIn: (topic: TopicSpec) => Promise<readonly StreamRecord[]>): Promise<Lying> {
  async function sentBy(topicOf: (country: string) => TopicSpec): Promise<Delivered[]> {
    const sent: Delivered[] = []
    for (const country of countries)
      for (const { value, timestampMs } of await everythingIn(topicOf(country))) sent.push({ country, atMs: timestampMs, value })
    return sent
  }
  const orders = await sentBy(ordersTopic)
  const notifications = await sentBy(notificationsTopic)
  // Last, because a running engine must not show a consequence before its cause.
  const ledger = await everythingIn(topics.ledger)
  return {
    orders,
    notifications,
    ledger: ledger.map(({ partition, offset, timestampMs, value }) => ({ partition, offset, timestampMs, value })),
  }
}
