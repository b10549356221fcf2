import type { Clock } from '@holdfast/runtime'
import type { SerialQueue, StreamRecord } from '@holdfast/streams'
import type { RequestProjection } from '../projection/request-projection.ts'

/** Where no thread writes the view and so many records come at once, at most a quarter of the time goes into it while nobody waits for a decision: what comes together is written together, a request that has moved several times once. */
const restAfterRecords = 8
const restFactor = 3
/** Who is behind by more than one write has half of the time. */
const restFactorBehind = 1
const restMsMax = 100
/** What is written at once holds up who looks meanwhile: some 10 ms. Where a thread writes it, all that is done here is to read the facts, so that more may come at once. */
const recordsOfOneWrite = 32
const recordsOfOneWriteBeside = 384
/** Where a thread writes the view and so many records come at once, it rests as well once it is up with the ledger, as far as nobody waits: a request that goes all its way meanwhile is written once and not three times. */
const restAfterRecordsBeside = 16
const upWithinMs = 3 * restMsMax

/** Has what came of one partition written, a part after the other and with rests between them. Rejects as a write does. */
export type PacedWriting = (records: readonly StreamRecord[], write: (part: readonly StreamRecord[]) => Promise<void>) => Promise<void>

interface Dependencies {
  readonly views: Pick<RequestProjection, 'writesBeside'>
  /** One write after the other. */
  readonly turns: Pick<SerialQueue, 'take'>
  readonly clock: Pick<Clock, 'now'>
  /** Resolves when somebody waits for what is written, or after so long. */
  readonly awaited: (withinMs: number) => Promise<void>
}

export function createPacedWriting({ views, turns, clock, awaited }: Dependencies): PacedWriting {
  // Of all partitions together: each by itself would rest while the others write.
  let restUntilMs = 0
  const isUpWith = ({ timestampMs }: StreamRecord): boolean => clock.now().getTime() - timestampMs < upWithinMs

  return async (records, write) => {
    const last = records.at(-1)
    if (!last) return
    const count = views.writesBeside ? recordsOfOneWriteBeside : recordsOfOneWrite
    const factor = views.writesBeside ? 0 : records.length > recordsOfOneWrite ? restFactorBehind : restFactor
    for (let from = 0; from < records.length; from += count) {
      const part = records.slice(from, from + count)
      await turns.take(async () => {
        const restMs = restUntilMs - performance.now()
        if (restMs > 0) await awaited(restMs)
        const begunMs = performance.now()
        await write(part)
        const endedMs = performance.now()
        if (factor > 0 && records.length >= restAfterRecords) restUntilMs = endedMs + Math.min(restMsMax, factor * (endedMs - begunMs))
        if (factor === 0 && records.length >= restAfterRecordsBeside && isUpWith(last)) restUntilMs = endedMs + restMsMax
      })
    }
  }
}
