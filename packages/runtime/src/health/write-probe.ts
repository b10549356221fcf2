import { topics } from '@holdfast/schemas'
import { isSettledWithin, type Streams } from '@holdfast/streams'

/** Whether what the engine does above all can be done now: to write something where everything else is written, with the same promises. */
export interface WriteProbe {
  /** Reasons why not. Writes, unless it did within the last five seconds, and answers within three. */
  reasons(): Promise<readonly string[]>
}

/** So often is written at most, however often somebody asks. */
const freshMs = 5_000
/** A supervisor waits for no answer longer than a few seconds; what becomes of the write is told by the next one. */
const answerMs = 3_000

/**
 * Writes a record to each partition of `freeze.health`, which has the partitions, the copies and the broker's rules of the ledger, and whatever `others` write. On the embedded driver
 * it is a row in the file of the ledger, with a commit of its own.
 */
export function createWriteProbe(streams: Streams, others: () => Promise<void>, now: () => number = Date.now): WriteProbe {
  let hasTopics = false
  let tried: { readonly startedAt: number; readonly outcome: Promise<readonly string[]> } | undefined
  let isUnderWay = false

  async function writeRecords(): Promise<void> {
    if (!hasTopics) await streams.ensureTopics(Object.values(topics))
    hasTopics = true
    const { name } = topics.health
    const value = JSON.stringify({ writtenAt: new Date(now()).toISOString() })
    const partitions = await streams.partitionCount(name)
    const writes = Array.from({ length: partitions }, (_, partition) => streams.append(name, partition, [{ key: name, value }]))
    const failed = (await Promise.allSettled(writes)).find(write => write.status === 'rejected')
    if (failed) throw failed.reason
  }

  async function write(): Promise<readonly string[]> {
    isUnderWay = true
    const outcomes = await Promise.allSettled([writeRecords(), others()])
    isUnderWay = false
    return outcomes.flatMap(outcome =>
      outcome.status === 'rejected' ? [`a record for the sake of readiness can not be written: ${outcome.reason.message}`] : [],
    )
  }

  return {
    async reasons() {
      if (!isUnderWay && (!tried || now() - tried.startedAt >= freshMs)) tried = { startedAt: now(), outcome: write() }
      const outcome = tried?.outcome ?? Promise.resolve([])
      if (await isSettledWithin(outcome, answerMs)) return outcome
      return [`a record for the sake of readiness was not written within ${answerMs} ms`]
    },
  }
}
