import type { Streams } from '@holdfast/streams'
import { afterEach, beforeEach, vi } from 'vitest'
import { buildTopic, valuesOf, type WatchedStage, type WatchedStageOptions, watchStage } from '../streams-contract/harness.ts'
import { createMemoryLog, type MemoryLog } from './memory-log.ts'
import { createMemoryStreams, type MemoryStreamsOptions } from './memory-streams.ts'

export const topic = 'ledger'
export const startMs = Date.parse('2024-07-23T09:00:00Z')

export interface MemoryWorld {
  log: MemoryLog
  one: Streams
  two: Streams
  open(options?: Partial<MemoryStreamsOptions>): Streams
  /** A stage of the group `ledger` on the topic. */
  watch(streams: Streams, options?: Partial<WatchedStageOptions>): Promise<WatchedStage>
  pass(ms?: number): Promise<unknown>
  lying(partition?: number): string[]
  /** Of the group. */
  position(partition?: number): Promise<number | undefined>
}

/** Two clients on one log with a topic of two partitions, in virtual time. */
export function useMemoryWorld(): MemoryWorld {
  const opened: Streams[] = []
  const pass = (ms = 100): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)
  const open = (options: Partial<MemoryStreamsOptions> = {}): Streams => {
    const streams = createMemoryStreams({ log: world.log, ...options })
    opened.push(streams)
    return streams
  }
  const world = {
    open,
    pass,
    watch: (streams: Streams, options: Partial<WatchedStageOptions> = {}) =>
      watchStage(streams, { topics: [topic], group: 'ledger', ...options }),
    lying: (partition = 0) => valuesOf(world.log.recordsOf(topic, partition)),
    position: async (partition = 0) => (await world.two.positions('ledger', topic)).get(partition),
  } as MemoryWorld

  beforeEach(async () => {
    vi.useFakeTimers({ now: startMs })
    world.log = createMemoryLog({ partitions: 2, nowMs: Date.now })
    world.one = open()
    world.two = open()
    await world.one.ensureTopics([{ ...buildTopic('any', 'shared'), name: topic }])
  })
  afterEach(async () => {
    await Promise.all([...opened.splice(0).map(each => each.close()), pass(60_000)])
    vi.useRealTimers()
  })
  return world
}
