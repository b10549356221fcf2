import { topics } from '@holdfast/schemas'
import { isSettledWithin, type Streams } from '@holdfast/streams'

/** Whether the engine can write now where it writes everything else, with the same durability. */
export interface WriteProbe {
  /** Returns the reasons why not. Writes unless it did so within the last five seconds, and returns within three. */
  reasons(): Promise<readonly string[]>
}

/** At most one write in this time, however often it is called. */
const freshMs = 5_000
/** A supervisor waits only a few seconds. The next call returns the outcome of a slower write. */
const answerMs = 3_000

/**
 * Writes a record to each partition of `freeze.health`, which has the partitions, replicas and broker settings of the
 * ledger, and to the stores that `others` writes. On the embedded driver it is a row in the ledger's file, with its own
 * commit.
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
      outcome.status === 'rejected' ? [`the readiness probe cannot write a record: ${outcome.reason.message}`] : [],
    )
  }

  return {
    async reasons() {
      if (!isUnderWay && (!tried || now() - tried.startedAt >= freshMs)) tried = { startedAt: now(), outcome: write() }
      const outcome = tried?.outcome ?? Promise.resolve([])
      if (await isSettledWithin(outcome, answerMs)) return outcome
      return [`the readiness probe could not write a record within ${answerMs} ms`]
    },
  }
}
