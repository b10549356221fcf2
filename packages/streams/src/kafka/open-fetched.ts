import type { StreamRecord } from '../port.ts'
import type { FetchedPartition } from './fetch-answer.ts'
import { charsOf } from './inbox.ts'
import { readCommitted } from './kafkajs.ts'
import { batchesIn, isAbort, type RecordBatch, UnreadableBatchError } from './record-batch.ts'
import { recordsOf, toDamagedRecord } from './records.ts'

export interface Opened {
  readonly records: readonly StreamRecord[]
  /** Where to go on. */
  readonly next: number
  /** Why it does not go on from there. */
  readonly fault: UnreadableBatchError | undefined
}

export interface OpenOptions {
  /** The offset that was asked for. */
  readonly from: number
  /** Members write this topic, see `TopicSpec.writtenBy`. */
  readonly isDoor: boolean
  /** Fetches the same once more, at another level of isolation. */
  refetch(isolationLevel: number): Promise<FetchedPartition>
  /** At a door: a batch that may be read by another try is passed over now. */
  readonly givesUp: boolean
}

/** So often in a row a batch is fetched that another try might read, before it counts as one that can't be read. */
export const unreadMax = 3
/** Records of one batch that are read at a door. What the broker takes (1 MB) holds far fewer events of ours, but packed it may hold any number, and each is looked at. */
export const ingressRecordsMax = 1_000
/** Of the engine's own topics. */
export const ownRecordsMax = 10_000
/** Enough for one go, in letters: what a broker sends of one partition may unpack to a hundred times its weight. */
const goCharsMax = 4 * 1024 * 1024

/**
 * The records in what was fetched of one partition.
 *
 * A door goes on behind a batch that can't be read, and one record with `damage` stands for it, so that it is put aside and told. A topic of the engine's
 * own stops before it: a fact passed over would be a history that each reader knows otherwise, and nothing could be decided on it.
 *
 * Where somebody else made a door and left its stamps to the senders, as a broker does by default, a record counts as taken when it is read: tokens are judged by
 * when a record was taken, and whoever has one that has expired could say that it was long ago.
 *
 * Everything is read uncommitted. In read_committed whoever may write to a door could hold it for everybody by a transaction that it leaves open, 15 minutes
 * each time. So a record counts from when it lies in the log. At a door, records of a transaction that is known to be aborted by now are dropped: its sender has
 * taken them back. Those of one that is still open are taken: they are checked like all others, sent again they are known by their id, and their sender is
 * answered, which is all that an abort that comes later can't undo. The engine's own topics are never written in a transaction; should one be, every
 * reader has to read the same, before the abort and after it, so there nothing is dropped.
 */
export async function openFetched(fetched: FetchedPartition, options: OpenOptions): Promise<Opened> {
  const { topic, partition } = fetched
  const { from, isDoor } = options
  const isAborted = isDoor ? await abortedIn(fetched, options) : () => false
  const records: StreamRecord[] = []
  let next = from
  let chars = 0
  for (const batch of batchesIn(fetched.records)) {
    if (batch.lastOffset < from) continue
    // Asked of every batch, in order: it counts the ends of transactions.
    const dropped = isAborted(batch) || batch.isControl
    if (!dropped) {
      try {
        for (const record of await recordsOf(topic, partition, batch, isDoor ? ingressRecordsMax : ownRecordsMax)) {
          if (record.offset < from) continue
          records.push(isDoor && !batch.isTimedByBroker ? { ...record, timestampMs: Date.now() } : record)
          chars += charsOf(record)
        }
      } catch (error) {
        if (!(error instanceof UnreadableBatchError)) throw error
        if (!isDoor || !(error.forGood || options.givesUp)) return { records, next, fault: error }
        records.push(toDamagedRecord(topic, partition, from, error))
      }
    }
    next = batch.lastOffset + 1
    if (chars >= goCharsMax) break
  }
  return { records, next, fault: undefined }
}

/** Says of each batch, asked in order, whether its transaction has been aborted by now. */
async function abortedIn(fetched: FetchedPartition, { from, refetch }: OpenOptions): Promise<(batch: RecordBatch) => boolean> {
  const isDecided = (batch: RecordBatch): boolean => batch.inTransaction && !batch.isControl && batch.firstOffset < fetched.lastStableOffset
  if (![...batchesIn(fetched.records)].some(batch => batch.lastOffset >= from && isDecided(batch))) return () => false
  // Only who asks for what is committed is told what was aborted. Members that use transactions cost a second request; all others none.
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
