import { type ReaderStatus, statusEveryMs } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import { createLagClock, type LagClock } from './lag-clock.ts'
import type { MeteredReader } from './meter-stages.ts'

/** Up to this lag a reader keeps up: observations are five seconds apart. */
const keepsUpMs = 2 * statusEveryMs

/**
 * Compares positions of readers with the ends of their partitions at each call: one query for each partition of this
 * process. `nowMs` is monotonic. Skips a partition whose end is unavailable.
 */
export function createReaderObserver(streams: Pick<Streams, 'endOffset'>, nowMs: () => number, now: () => Date) {
  const startedMs = nowMs()
  let clocks = new Map<string, LagClock>()
  return async (readers: readonly MeteredReader[]): Promise<ReaderStatus[]> => {
    const kept = new Map<string, LagClock>()
    const observed = await Promise.all(readers.map(reader => observe(reader, kept)))
    clocks = kept
    return observed
  }

  async function observe({ group, topic, alone, places }: MeteredReader, kept: Map<string, LagClock>): Promise<ReaderStatus> {
    const looked = await Promise.all(
      places.map(async ({ partition, position }) => {
        const end = await streams.endOffset(topic, partition).catch(() => undefined)
        if (end === undefined) return []
        const name = `${group}/${topic}/${partition}`
        const clock = clocks.get(name) ?? createLagClock()
        kept.set(name, clock)
        const readUntilMs = clock.note(nowMs(), end, position) ?? startedMs
        return [{ partition, lag: Math.max(0, end - position), behindMs: nowMs() - readUntilMs }]
      }),
    )
    const found = looked.flat()
    const behindMs = Math.max(0, ...found.filter(({ lag }) => lag > 0).map(each => each.behindMs))
    return {
      group,
      topic,
      ...(alone ? { alone } : {}),
      partitions: found.map(({ partition, lag }) => ({ partition, lag })),
      ...(behindMs > keepsUpMs ? { behindSince: new Date(now().getTime() - behindMs).toISOString() } : {}),
    }
  }
}
