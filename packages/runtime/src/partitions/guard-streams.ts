import type { TopicSpec } from '@holdfast/schemas'
import { type StageOptions, type Streams, StreamUnavailableError, type Subscription } from '@holdfast/streams'
import type { PartitionWatch } from './watch-partitions.ts'

/** The error for a partition that is not recorded. */
const beyond = (topic: string, partition: number): StreamUnavailableError =>
  new StreamUnavailableError(`partition ${partition} of ${topic} is not one of its recorded partitions`)

/**
 * Streams that refuse writes and stop stages while the partitions differ from the record, and that assign keys by the
 * recorded counts. Records that cannot be processed stay unread: no offset moves. Recorded partitions can still be
 * read.
 */
export function guardStreams(streams: Streams, watch: Pick<PartitionWatch, 'problem' | 'partitionsOf' | 'onChange'>): Streams {
  function throwWhenClosed(): void {
    const problem = watch.problem()
    if (problem !== undefined) throw new StreamUnavailableError(problem)
  }

  const isBeyond = (topic: string, partition: number): boolean => partition >= (watch.partitionsOf(topic) ?? Number.POSITIVE_INFINITY)
  const asRecorded = (spec: TopicSpec): TopicSpec => ({ ...spec, partitions: watch.partitionsOf(spec.name) ?? spec.partitions })

  return {
    ...streams,
    ensureTopics: specs => streams.ensureTopics(specs.map(asRecorded)),
    partitionCount: async topic => watch.partitionsOf(topic) ?? streams.partitionCount(topic),
    async publish(topic, records, options) {
      throwWhenClosed()
      await streams.publish(topic, records, options)
    },
    async append(topic, partition, records, options) {
      throwWhenClosed()
      if (isBeyond(topic, partition)) throw beyond(topic, partition)
      return streams.append(topic, partition, records, options)
    },
    tail: options =>
      streams.tail({
        ...options,
        async onRecords(records) {
          const [first] = records
          if (first && !isBeyond(options.topic, first.partition)) await options.onRecords(records)
        },
      }),
    stage: options =>
      startGuardedStage(streams, watch, {
        ...options,
        async open(assignment, committed) {
          const { topic, partition } = assignment
          // A topic that has just grown is assigned before the change is detected. Deliveries are exempt: records that
          // an older version wrote beyond the count are delivered.
          if (!topic.endsWith('.deliveries') && isBeyond(topic, partition)) throw beyond(topic, partition)
          return options.open(assignment, committed)
        },
      }),
  }
}

/** A stage that leaves its group while there is a problem. */
async function startGuardedStage(
  streams: Streams,
  watch: Pick<PartitionWatch, 'problem' | 'onChange'>,
  options: StageOptions,
): Promise<Subscription> {
  let running: Subscription | undefined
  let stopped = false

  async function settle(): Promise<void> {
    const wanted = !stopped && watch.problem() === undefined
    if (wanted && !running) running = await streams.stage(options)
    else if (!wanted && running) {
      const ending = running
      running = undefined
      await ending.stop()
    }
  }

  await settle()
  let turn = Promise.resolve()
  const ignore = watch.onChange(() => {
    turn = turn.then(settle).catch(error => options.onFault(error, { topic: options.topics.join(', '), partition: -1 }))
  })
  return {
    async stop() {
      ignore()
      stopped = true
      turn = turn.then(settle)
      await turn
    },
  }
}
