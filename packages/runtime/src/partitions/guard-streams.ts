import { type TopicSpec, topics } from '@holdfast/schemas'
import { type StageOptions, type Streams, StreamUnavailableError, type Subscription } from '@holdfast/streams'
import type { PartitionWatch } from './watch-partitions.ts'

/** What is said of a partition that the engine did not begin with. */
const beyond = (topic: string, partition: number): StreamUnavailableError =>
  new StreamUnavailableError(`partition ${partition} of ${topic} is none of those that it began with`)

/**
 * Streams on which nothing is written and no stage runs while the partitions are not what was recorded, and on which keys fall by the recorded counts. What lies where it can't be worked on
 * stays there unread: no position moves. Reading goes on, of the partitions that were recorded.
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
          // A topic that has just been given more is shared out before that is noticed. Deliveries stand by themselves: what an older version has put beyond is delivered.
          if (topic !== topics.deliveries.name && isBeyond(topic, partition)) throw beyond(topic, partition)
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
