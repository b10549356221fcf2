import { type Dispatched, recordDispatched } from '@holdfast/folds'
import type { Clock, Logger } from '@holdfast/runtime'
import type { StreamRecord, Streams } from '@holdfast/streams'

/** Writes down how far dispatch has come in a partition, behind the work and not with it. */
export interface DispatchedOffsets {
  /** What follows from this record and those before it has gone out. */
  reached(last: Pick<StreamRecord, 'offset' | 'value'>): void
  /** Resolves when the last position is written down, or could not be. */
  close(): Promise<void>
}

interface Dependencies {
  readonly streams: Streams
  readonly clock: Clock
  readonly log: Logger
}

/** At the first batch at once, then at most each second: what lies between is in the group's offset, in the store, and in the topics that were written. */
const everyMs = 1_000

/** `lost` is carried on with each place. */
export function createDispatchedOffsets(
  { streams, clock, log }: Dependencies,
  partition: number,
  lost: Pick<Dispatched, 'lost'>,
): DispatchedOffsets {
  let reached: Pick<StreamRecord, 'offset' | 'value'> | undefined
  let writing: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  async function write(): Promise<void> {
    const last = reached
    if (last === undefined) return
    reached = undefined
    const position = last.offset + 1
    try {
      await recordDispatched(streams, clock.now(), partition, { what: 'dispatched', position, ...lost }, last)
    } catch (error) {
      // Nothing is lost by that while the next one is written.
      log.debug({ err: error, partition, position }, 'how far dispatch has come was not written down')
    }
  }

  function begin(): void {
    writing = writing.then(write)
    timer = setTimeout(() => {
      timer = undefined
      if (reached !== undefined) begin()
    }, everyMs)
    timer.unref()
  }

  return {
    reached(last) {
      reached = last
      if (!timer) begin()
    },
    async close() {
      clearTimeout(timer)
      await writing.then(write)
    },
  }
}
