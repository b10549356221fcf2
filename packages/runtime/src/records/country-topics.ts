import type { TopicSpec } from '@holdfast/schemas'
import type { OutgoingRecord, Streams, WriteOptions } from '@holdfast/streams'

/** Makes the topics of a country when the first record goes to it: 400 topics for countries that never meet would only burden a broker. */
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

/** A record and the topic that it is for. */
export interface AddressedRecord extends Pick<OutgoingRecord, 'key'> {
  readonly topic: TopicSpec
  /** Not there yet where it is being signed. */
  readonly value: string | Promise<string>
}

/**
 * One publish for each topic, in the order given, however many records it gets; topics that are not there yet are made. Where one fails, it throws that once all have ended: who tries again
 * reads back what went out, and what is still under way would come a second time.
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
      await streams.publish(name, await written(addressed), options)
    }),
  )
  for (const outcome of published) if (outcome.status === 'rejected') throw outcome.reason
}

/** Waits for what is being signed. */
const written = (addressed: readonly AddressedRecord[]): Promise<OutgoingRecord[]> =>
  Promise.all(addressed.map(async ({ key, value }) => ({ key, value: await value })))
