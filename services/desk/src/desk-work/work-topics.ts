import type { Clock } from '@holdfast/runtime'
import { deterministicId, parseJson, topics, type WorkTopicEvent, workTopic, workTopicType } from '@holdfast/schemas'
import { createTopicReader, type Streams } from '@holdfast/streams'

/** The countries that have a topic for the work of their desk. */
export interface WorkTopics {
  /** The countries on record now. Throws StreamUnavailableError. */
  countries(): Promise<string[]>
  /**
   * Creates the topic of a country if it is missing. Records it first, so that the record lists every topic. Throws
   * StreamUnavailableError.
   */
  ensure(country: string): Promise<void>
}

export function createWorkTopics(streams: Streams, clock: Clock): WorkTopics {
  const known = new Set<string>()
  const readOn = createTopicReader(
    streams,
    topics.work.name,
    ({ value }) => {
      const read = parseJson(value)
      const event = read.ok ? (read.value as Partial<WorkTopicEvent> | null) : null
      if (event?.type === workTopicType && typeof event.data?.country === 'string') known.add(event.data.country)
    },
    () => known.clear(),
  )
  return {
    async countries() {
      await readOn()
      return [...known]
    },
    async ensure(country) {
      await readOn()
      if (!known.has(country)) {
        const event: WorkTopicEvent = {
          specversion: '1.0',
          id: deterministicId('work topic', country),
          source: '/holdfast/desk',
          type: workTopicType,
          time: clock.now().toISOString(),
          datacontenttype: 'application/json',
          data: { country },
        }
        await streams.publish(topics.work.name, [{ key: country, value: JSON.stringify(event) }])
      }
      await streams.ensureTopics([workTopic(country)])
    },
  }
}
