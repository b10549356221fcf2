import type { Streams } from './port.ts'

export interface StreamNames {
  /** The name on the underlying streams of a topic that callers name. */
  topicOf(name: string): string
  /** As `topicOf`, for a consumer group. */
  groupOf(name: string): string
}

/** Translates the names of topics and groups. Callers see only their own names, also in records. */
export function renamedStreams(streams: Streams, { topicOf, groupOf }: StreamNames): Streams {
  /** Restores the caller's topic name in records. */
  function renamed<T extends { readonly topic: string }>(topic: string, records: readonly T[]): readonly T[] {
    return topicOf(topic) === topic ? records : records.map(record => ({ ...record, topic }))
  }

  return {
    ...streams,
    ensureTopics: specs => streams.ensureTopics(specs.map(spec => ({ ...spec, name: topicOf(spec.name) }))),
    partitionCount: topic => streams.partitionCount(topicOf(topic)),
    partitionOf: (topic, key) => streams.partitionOf(topicOf(topic), key),
    publish: (topic, records, options) => streams.publish(topicOf(topic), records, options),
    append: (topic, partition, records, options) => streams.append(topicOf(topic), partition, records, options),
    startOffset: (topic, partition) => streams.startOffset(topicOf(topic), partition),
    endOffset: (topic, partition) => streams.endOffset(topicOf(topic), partition),
    offsetAt: (topic, partition, timestampMs) => streams.offsetAt(topicOf(topic), partition, timestampMs),
    async *read(topic, partition, from, to) {
      for await (const records of streams.read(topicOf(topic), partition, from, to)) yield renamed(topic, records)
    },
    tail: options =>
      streams.tail({
        ...options,
        topic: topicOf(options.topic),
        onRecords: records => options.onRecords(renamed(options.topic, records)),
      }),
    stage(options) {
      const callerTopics = new Map(options.topics.map(topic => [topicOf(topic), topic]))
      const withCallerTopic = <T extends { readonly topic: string }>(of: T): T => ({ ...of, topic: callerTopics.get(of.topic) ?? of.topic })
      return streams.stage({
        ...options,
        group: groupOf(options.group),
        topics: [...callerTopics.keys()],
        async open(assignment, committed) {
          const own = withCallerTopic(assignment)
          const worker = await options.open(own, committed)
          return { onBatch: records => worker.onBatch(renamed(own.topic, records)), close: () => worker.close() }
        },
        onFault: (error, at) => options.onFault(error, withCallerTopic(at)),
      })
    },
    positions: (group, topic) => streams.positions(groupOf(group), topicOf(topic)),
    setPositions: (group, topic, positions) => streams.setPositions(groupOf(group), topicOf(topic), positions),
  }
}
