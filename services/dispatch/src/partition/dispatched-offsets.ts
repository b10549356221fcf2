import type { Workflow } from '@holdfast/core'
import { type Dispatched, recordDispatched } from '@holdfast/request-state'
import type { Clock, Logger } from '@holdfast/runtime'
import type { StreamRecord, Streams } from '@holdfast/streams'

/** Records the dispatch progress of a partition, asynchronously. */
export interface DispatchedOffsets {
  /** All outbound messages up to this record are sent. */
  reached(last: Pick<StreamRecord, 'offset' | 'value'>): void
  /** Resolves when the last offset is recorded, or could not be. */
  close(): Promise<void>
}

interface Dependencies {
  readonly workflow: Pick<Workflow, 'topics'>
  readonly streams: Streams
  readonly clock: Clock
  readonly log: Logger
}

/**
 * Recorded after the first batch, then at most each second. The committed offset, the store and the topics themselves
 * cover what is in between.
 */
const everyMs = 1_000

/** Every record repeats `lost`. */
export function createDispatchedOffsets(
  { workflow: { topics }, streams, clock, log }: Dependencies,
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
      await recordDispatched(streams, topics, clock.now(), partition, { what: 'dispatched', position, ...lost }, last)
    } catch (error) {
      // Harmless, because the next record replaces it.
      log.debug({ err: error, partition, position }, 'The dispatch progress was not recorded; retrying with the next batch')
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
