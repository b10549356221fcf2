import { offsetAfter, type Streams } from '@holdfast/streams'

/** The position of a reader of this process in one of its partitions. */
export interface ReaderOffset {
  readonly partition: number
  /** The offset of the first record that is not processed. */
  readonly position: number
}

/** A reader of this process; without offsets if it has no partition now. */
export interface MeteredReader {
  readonly group: string
  readonly topic: string
  readonly alone?: true
  readonly places: readonly ReaderOffset[]
}

export interface StageMeter {
  /** The same streams; stages started on them are metered. */
  readonly streams: Streams
  readers(): MeteredReader[]
}

interface Stage {
  readonly group: string
  readonly topics: readonly string[]
  readonly positions: Map<string, { readonly topic: string; readonly partition: number; position: number }>
}

/** Tracks the position of every stage of a process, at the cost of a number for each batch. */
export function meterStages(streams: Streams): StageMeter {
  const stages = new Set<Stage>()
  return {
    streams: {
      ...streams,
      async stage(options) {
        const stage: Stage = { group: options.group, topics: options.topics, positions: new Map() }
        stages.add(stage)
        const subscription = await streams
          .stage({
            ...options,
            async open(assignment, committed) {
              const worker = await options.open(assignment, committed)
              const { topic, partition } = assignment
              const place = { topic, partition, position: committed }
              const name = `${topic}/${partition}`
              stage.positions.set(name, place)
              return {
                async onBatch(records) {
                  await worker.onBatch(records)
                  const last = records.at(-1)
                  if (last) place.position = offsetAfter(last)
                },
                async close() {
                  if (stage.positions.get(name) === place) stage.positions.delete(name)
                  await worker.close()
                },
              }
            },
          })
          .catch(error => {
            stages.delete(stage)
            throw error
          })
        return {
          async stop() {
            await subscription.stop()
            stages.delete(stage)
          },
        }
      },
    },
    readers: () =>
      [...stages].flatMap(({ group, topics, positions }) =>
        topics.map(topic => ({ group, topic, places: [...positions.values()].filter(place => place.topic === topic) })),
      ),
  }
}
