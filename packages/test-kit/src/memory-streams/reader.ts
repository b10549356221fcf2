import type { StreamRecord } from '@holdfast/streams'
import { pause } from '@holdfast/streams/driver/pause'
import { reportSafely } from '@holdfast/streams/driver/report-safely'
import { answerUntilAborted, createEvenBackOff, type MemoryClient } from './client.ts'
import type { LogPosition } from './partition.ts'

/** Follows one partition: a fetch for each batch, and none while nothing comes. */
export interface Reader {
  /** The next records; waits for them. No records where what was read is lost: `place` is then up to where it is not. Undefined when the signal aborts. Never rejects. */
  next(): Promise<readonly StreamRecord[] | undefined>
  /** Behind what was read. */
  place(): LogPosition
}

export interface ReaderOptions {
  readonly topic: string
  readonly partition: number
  readonly from: LogPosition
  readonly recordsMax: number
  readonly signal: AbortSignal
  /** Told of each failure, before the pause. */
  onFault(error: unknown): void
}

export function createReader({ broker, faults, call, batchOf }: MemoryClient, options: ReaderOptions): Reader {
  const { topic, partition, from, recordsMax, signal, onFault } = options
  const log = broker.partition(topic, partition)
  const fetch = { operation: 'fetch', topic, partition, writes: false } as const
  const notRead = `partition ${partition} of ${topic} has not been read`
  const backOff = createEvenBackOff()
  let place = from

  async function next(): Promise<readonly StreamRecord[] | undefined> {
    while (!signal.aborted) {
      await log.news(place, signal)
      if (signal.aborted) break
      faults.expect(options, notRead)
      try {
        const fetched = await answerUntilAborted(
          call(fetch, () => log.fetch(place, recordsMax, batchOf)),
          signal,
        )
        if (!fetched) break
        backOff.reset()
        faults.clear(options)
        place = fetched.next
        if (fetched.isLost || fetched.records.length > 0) return fetched.records
      } catch (error) {
        if (signal.aborted) break
        faults.note(options, notRead, error)
        reportSafely(() => onFault(error))
        await pause(backOff.next(), signal)
      }
    }
    faults.clear(options)
    return undefined
  }

  return { next, place: () => place }
}
