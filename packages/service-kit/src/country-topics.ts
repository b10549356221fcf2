import type { TopicSpec } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'

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
