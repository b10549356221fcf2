import { topicOfLedger } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'

/** The streams as services of one ledger know them: commands and facts have the same names for every ledger, and lie in the topics of this one. */
export function streamsOfLedger(streams: Streams, ledger: number): Streams {
  if (ledger === 1) return streams
  const nameOf = (topic: string): string => topicOfLedger(topic, ledger)

  /** What comes from its topics is of the names that services know. */
  function known<T extends { readonly topic: string }>(topic: string, records: readonly T[]): readonly T[] {
    return nameOf(topic) === topic ? records : records.map(record => ({ ...record, topic }))
  }

  return {
    ...streams,
    ensureTopics: specs => streams.ensureTopics(specs.map(spec => ({ ...spec, name: nameOf(spec.name) }))),
    partitionCount: topic => streams.partitionCount(nameOf(topic)),
    partitionOf: (topic, key) => streams.partitionOf(nameOf(topic), key),
    publish: (topic, records, options) => streams.publish(nameOf(topic), records, options),
    append: (topic, partition, records, options) => streams.append(nameOf(topic), partition, records, options),
    startOffset: (topic, partition) => streams.startOffset(nameOf(topic), partition),
    endOffset: (topic, partition) => streams.endOffset(nameOf(topic), partition),
    offsetAt: (topic, partition, timestampMs) => streams.offsetAt(nameOf(topic), partition, timestampMs),
    async *read(topic, partition, from, to) {
      for await (const records of streams.read(nameOf(topic), partition, from, to)) yield known(topic, records)
    },
    tail: options =>
      streams.tail({ ...options, topic: nameOf(options.topic), onRecords: records => options.onRecords(known(options.topic, records)) }),
    stage(options) {
      const topicOf = new Map(options.topics.map(topic => [nameOf(topic), topic]))
      const backed = <T extends { readonly topic: string }>(of: T): T => ({ ...of, topic: topicOf.get(of.topic) ?? of.topic })
      return streams.stage({
        ...options,
        topics: [...topicOf.keys()],
        async open(assignment, committed) {
          const at = backed(assignment)
          const worker = await options.open(at, committed)
          return { onBatch: records => worker.onBatch(known(at.topic, records)), close: () => worker.close() }
        },
        onFault: (error, at) => options.onFault(error, backed(at)),
      })
    },
    positions: (group, topic) => streams.positions(group, nameOf(topic)),
    setPositions: (group, topic, positions) => streams.setPositions(group, nameOf(topic), positions),
  }
}
