import type { Clock } from '@holdfast/runtime'
import type { SerialQueue, StreamRecord } from '@holdfast/streams'
import type { RequestProjection } from '../projection/request-projection.ts'

/**
 * Without a worker thread, batches of this many records are written in at most a quarter of the time while no caller
 * waits. A request with several facts in a batch is then written once.
 */
const restAfterRecords = 8
const restFactor = 3
/** A desk that is more than one write behind uses half of the time. */
const restFactorBehind = 1
const restMsMax = 100
/**
 * A write blocks readers for about 10 ms. With a worker thread, this thread only parses the facts, so a write can be
 * larger.
 */
const recordsOfOneWrite = 32
const recordsOfOneWorkerWrite = 384
/**
 * With a worker thread, batches of this many records also rest once the desk is up to date and no caller waits. A
 * request that passes through several states is then written once instead of three times.
 */
const workerRestAfterRecords = 16
const upToDateMs = 3 * restMsMax

/** Writes the records of one partition in parts, with rests between them. Rejects as a write does. */
export type PacedWriting = (records: readonly StreamRecord[], write: (part: readonly StreamRecord[]) => Promise<void>) => Promise<void>

interface Dependencies {
  readonly views: Pick<RequestProjection, 'writesInWorker'>
  /** Runs one write at a time. */
  readonly turns: Pick<SerialQueue, 'run'>
  readonly clock: Pick<Clock, 'now'>
  /** Resolves when a caller waits, or after this time. */
  readonly awaited: (withinMs: number) => Promise<void>
}

export function createPacedWriting({ views, turns, clock, awaited }: Dependencies): PacedWriting {
  // Shared by all partitions: otherwise one would rest while the others write.
  let restUntilMs = 0
  const isUpToDate = ({ timestampMs }: StreamRecord): boolean => clock.now().getTime() - timestampMs < upToDateMs

  return async (records, write) => {
    const last = records.at(-1)
    if (!last) return
    const count = views.writesInWorker ? recordsOfOneWorkerWrite : recordsOfOneWrite
    const factor = views.writesInWorker ? 0 : records.length > recordsOfOneWrite ? restFactorBehind : restFactor
    for (let from = 0; from < records.length; from += count) {
      const part = records.slice(from, from + count)
      await turns.run(async () => {
        const restMs = restUntilMs - performance.now()
        if (restMs > 0) await awaited(restMs)
        const begunMs = performance.now()
        await write(part)
        const endedMs = performance.now()
        if (factor > 0 && records.length >= restAfterRecords) restUntilMs = endedMs + Math.min(restMsMax, factor * (endedMs - begunMs))
        if (factor === 0 && records.length >= workerRestAfterRecords && isUpToDate(last)) restUntilMs = endedMs + restMsMax
      })
    }
  }
}
