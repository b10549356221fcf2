import type { TopicSpec } from '@holdfast/schemas'
import type { OutgoingRecord, Streams, WriteOptions } from '@holdfast/streams'

/** Creates the topics of a country on first use: 400 unused topics would only burden a broker. */
export interface CountryTopics {
  ensure(spec: TopicSpec): Promise<void>
}

export function createCountryTopics(streams: Streams): CountryTopics {
  const made = new Map<string, Promise<void>>()
  return {
    ensure(spec) {
      const known = made.get(spec.name)
      if (known) return known
      const making = streams.ensureTopics([spec]).catch(error => {
        made.delete(spec.name)
        throw error
      })
      made.set(spec.name, making)
      return making
    },
  }
}

/** A record with its topic. */
export interface AddressedRecord extends Pick<OutgoingRecord, 'key' | 'value'> {
  readonly topic: TopicSpec
}

/**
 * Publishes once for each topic, in the given order, and creates missing topics. If one publish fails, throws after all
 * have ended: the caller reads back what was sent before it retries, so none may be pending.
 */
export async function publishByTopic(
  streams: Streams,
  countryTopics: CountryTopics,
  records: readonly AddressedRecord[],
  options?: WriteOptions,
): Promise<void> {
  const byTopic = Map.groupBy(records, ({ topic }) => topic.name)
  const published = await Promise.allSettled(
    [...byTopic].map(async ([name, addressed]) => {
      const [{ topic }] = addressed as [AddressedRecord, ...AddressedRecord[]]
      await countryTopics.ensure(topic)
      await streams.publish(
        name,
        addressed.map(({ key, value }) => ({ key, value })),
        options,
      )
    }),
  )
  for (const outcome of published) if (outcome.status === 'rejected') throw outcome.reason
}
