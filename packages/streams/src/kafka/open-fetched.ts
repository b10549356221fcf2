import type { StreamRecord } from '../port.ts'
import type { FetchedPartition } from './fetch-answer.ts'
import { charsOf } from './inbox.ts'
import { readCommitted } from './kafkajs.ts'
import { batchesIn, isAbort, type RecordBatch, UnreadableBatchError } from './record-batch.ts'
import { recordsOf, toDamagedRecord } from './records.ts'

export interface Opened {
  readonly records: readonly StreamRecord[]
  /** The offset to continue from. */
  readonly next: number
  /** Why reading stopped at that offset. */
  readonly fault: UnreadableBatchError | undefined
}

export interface OpenOptions {
  /** The offset that was requested. */
  readonly from: number
  /** Whether members write this topic, see `TopicSpec.writtenBy`. */
  readonly isIngress: boolean
  /** Fetches the same range with another isolation level. */
  refetch(isolationLevel: number): Promise<FetchedPartition>
  /** At an ingress topic: skip a batch even if a retry might still read it. */
  readonly skipUnreadable: boolean
}

/** How often in a row a batch is fetched again before it counts as unreadable. */
export const unreadMax = 3
/**
 * The most records of one batch of an ingress topic. A broker accepts 1 MB, which holds far fewer of our events.
 * Compressed it can hold any number, and each one is checked.
 */
export const ingressRecordsMax = 1_000
/** The same for the engine's own topics. */
export const ownRecordsMax = 10_000
/** The most characters decoded in one pass: an answer may unpack to a hundred times its size. */
const passCharsMax = 4 * 1024 * 1024

/**
 * Decodes the records that were fetched of one partition.
 *
 * At an ingress topic, reading continues after an unreadable batch. One record with `damage` stands for it, so that it
 * becomes a dead letter. A topic of the engine stops before it: readers would derive different histories if a fact were
 * skipped.
 *
 * If an ingress topic keeps its senders' timestamps, which is a broker's default, a record counts as received when it
 * is read. Tokens are checked against that time, so a sender must not backdate an expired one.
 *
 * Everything is read uncommitted. With read_committed, any writer could block an ingress topic for everyone by an open
 * transaction, 15 minutes each time. At an ingress topic, records of a transaction already known to be aborted are
 * dropped, because their sender withdrew them. Records of an open transaction are accepted: they are validated,
 * deduplicated by id and answered as all others, and a later abort can't undo the answer. The engine never writes its
 * own topics in a transaction. If that ever happens, nothing is dropped, so that every reader sees the same before and
 * after the abort.
 */
export async function openFetched(fetched: FetchedPartition, options: OpenOptions): Promise<Opened> {
  const { topic, partition } = fetched
  const { from, isIngress } = options
  const isAborted = isIngress ? await abortedIn(fetched, options) : () => false
  const records: StreamRecord[] = []
  let next = from
  let chars = 0
  for (const batch of batchesIn(fetched.records)) {
    if (batch.lastOffset < from) continue
    // Called for every batch in order, because it tracks the ends of transactions.
    const dropped = isAborted(batch) || batch.isControl
    if (!dropped) {
      try {
        for (const record of await recordsOf(topic, partition, batch, isIngress ? ingressRecordsMax : ownRecordsMax)) {
          if (record.offset < from) continue
          records.push(isIngress && !batch.isTimedByBroker ? { ...record, timestampMs: Date.now() } : record)
          chars += charsOf(record)
        }
      } catch (error) {
        if (!(error instanceof UnreadableBatchError)) throw error
        if (!isIngress || !(error.isPermanent || options.skipUnreadable)) return { records, next, fault: error }
        records.push(toDamagedRecord(topic, partition, from, error))
      }
    }
    next = batch.lastOffset + 1
    if (chars >= passCharsMax) break
  }
  return { records, next, fault: undefined }
}

/** Returns a function that says, for each batch in order, whether its transaction is already aborted. */
async function abortedIn(fetched: FetchedPartition, { from, refetch }: OpenOptions): Promise<(batch: RecordBatch) => boolean> {
  const isDecided = (batch: RecordBatch): boolean => batch.inTransaction && !batch.isControl && batch.firstOffset < fetched.lastStableOffset
  if (![...batchesIn(fetched.records)].some(batch => batch.lastOffset >= from && isDecided(batch))) return () => false
  // Aborted transactions are only reported to read_committed fetches. Only members that use transactions cost this
  // second request.
  const { error, abortedTransactions } = await refetch(readCommitted)
  if (error) throw error
  const ahead = abortedTransactions.toSorted((a, b) => a.firstOffset - b.firstOffset)
  const running = new Set<bigint>()
  return batch => {
    while (ahead[0] && ahead[0].firstOffset <= batch.lastOffset) running.add(ahead.shift()?.producerId ?? -1n)
    if (isAbort(batch)) running.delete(batch.producerId)
    return batch.inTransaction && !batch.isControl && running.has(batch.producerId)
  }
}
