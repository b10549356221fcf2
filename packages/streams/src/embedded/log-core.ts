import type { TopicSpec } from '@holdfast/schemas'
import type { RollbackListener, SqliteFile } from '@holdfast/sqlite'
import { cloudEventHeaders, type Durability, type OutgoingRecord, type StreamRecord } from '../port.ts'
import { createFreshRecords } from './fresh-records.ts'
import { createGroup, type Group } from './group.ts'
import { openHighWatermarks, readHighWatermarks } from './high-watermarks.ts'
import { batchChars, createRecordLog, type RecordLog, type SlotEnd, slotsMax, type TopicRow } from './record-log.ts'

/** Records for the end of one partition. */
export interface Append {
  readonly topic: TopicRow
  readonly partition: number
  readonly records: readonly OutgoingRecord[]
}

/** What all streams on one file share: the tables, who waits for which partition, and the groups. */
export interface LogCore {
  readonly file: SqliteFile
  readonly log: RecordLog
  topic(name: string): TopicRow
  addTopics(specs: readonly TopicSpec[], sharedPartitions: number): Promise<void>
  topicsWithRetention(): TopicRow[]
  /** The end of a partition: where it is ordered up to, or what of that is on the disk. */
  end(slot: number, moment: Durability): number
  /** Orders records at the end of partitions at once. Returns the offsets of the first of each. Throws where the file can't be written; then everything since the last commit is undone. */
  append(appends: readonly Append[], nowMs: number): number[]
  /** The records from an offset on, for who follows the writer: what lies in memory is not read from the disk, and of that there may be more. */
  follow(
    topic: TopicRow,
    partition: number,
    from: number,
    to: number,
    max: { readonly read: number; readonly kept: number },
  ): StreamRecord[]
  /** Resolves when the partition has grown, as of this moment, or the signal aborts. */
  grown(slot: number, moment: Durability, signal: AbortSignal): Promise<void>
  /** Removes some of the records before `offset` and says whether there are more. */
  prune(slot: number, offset: number): Promise<boolean>
  /** Of what was removed before the call no byte is left in any file. Rejects where somebody reads the log of the file for longer. */
  letGo(): Promise<void>
  /** Called when ordered records are rolled back; the file takes no writes until the listener's promise has settled. Returns how to remove the listener. */
  onRollback(listener: RollbackListener): () => void
  group(name: string): Group
  committed(group: string, slot: number): number | undefined
  /** Remembers the position at once and writes it with the next commit. Resolves when it is on disk. */
  commit(group: string, slot: number, offset: number): Promise<void>
}

const cores = new WeakMap<SqliteFile, LogCore>()

/** Thrown where acknowledged records are missing at the end of the log. The message names them, and how to go on. */
class LostRecordsError extends Error {
  override readonly name = 'LostRecordsError'
}

/** One core for each file, however many streams are created on it. Throws LostRecordsError. */
export function coreOf(file: SqliteFile): LogCore {
  let core = cores.get(file)
  if (!core) {
    core = createCore(file)
    cores.set(file, core)
  }
  return core
}

function createCore(file: SqliteFile): LogCore {
  const log = createRecordLog(file)
  const topics = new Map(log.topics().map(topic => [topic.name, topic]))
  const markPath = `${file.path}-mark`
  throwWhereLost(log, file.path, markPath)
  const mark = openHighWatermarks(markPath, slotsMax)
  file.onClose(mark.close)
  /** As far as partitions are ordered, and when the last record of each was taken. */
  const ends = new Map<number, SlotEnd>()
  /** As far as they are on the disk. */
  const durableEnds = new Map<number, number>()
  const fresh = createFreshRecords()
  const touched = new Set<number>()
  const waiting: Record<Durability, Map<number, Set<() => void>>> = { ordered: new Map(), durable: new Map() }
  const rollbackListeners = new Set<RollbackListener>()
  const groups = new Map<string, Group>()
  const positions = new Map<string, number>()
  const unwritten = new Map<string, { readonly group: string; readonly slot: number; readonly offset: number }>()
  let writing: Promise<void> | undefined
  forgetPositions()

  /** A file from which records were lost, as one that was damaged: what is written next, in the place of those, is read by every group. */
  function forgetPositions(): void {
    positions.clear()
    for (const { group, slot, offset } of log.allCommitted()) {
      const last = log.end(slot).offset
      if (offset > last) positions.set(`${group}\n${slot}`, last)
    }
  }

  function topic(name: string): TopicRow {
    const found = topics.get(name)
    if (!found) throw new Error(`topic ${name} does not exist`)
    return found
  }

  function wake(moment: Durability, slot: number): void {
    for (const each of waiting[moment].get(slot) ?? []) each()
  }

  file.onCommit(() => {
    if (touched.size === 0) return undefined
    const grown = new Map([...touched].map(slot => [slot, endOf(slot).offset]))
    touched.clear()
    return () => {
      mark.write(grown)
      for (const [slot, end] of grown) {
        durableEnds.set(slot, end)
        wake('durable', slot)
      }
    }
  })

  file.onRollback(recovered => {
    log.undone()
    for (const slot of touched) ends.delete(slot)
    touched.clear()
    unwritten.clear()
    forgetPositions()
    return Promise.allSettled([...rollbackListeners].map(listener => listener(recovered)))
  })

  function endOf(slot: number): SlotEnd {
    let end = ends.get(slot)
    if (!end) {
      end = log.end(slot)
      ends.set(slot, end)
    }
    return end
  }

  function durableEndOf(slot: number): number {
    let end = durableEnds.get(slot)
    if (end === undefined) {
      // Whoever appends asks first, so nothing of it is only ordered.
      end = endOf(slot).offset
      durableEnds.set(slot, end)
    }
    return end
  }

  /** All that was written in one turn of the event loop is one batch to its readers. */
  let toWake: Set<number> | undefined
  function wakeNextTurn(slot: number): void {
    if (!waiting.ordered.get(slot)?.size) return
    if (!toWake) {
      toWake = new Set()
      setImmediate(() => {
        const slots = toWake ?? []
        toWake = undefined
        for (const each of slots) wake('ordered', each)
      })
    }
    toWake.add(slot)
  }

  function appendOne({ topic, partition, records }: Append, nowMs: number): number {
    const slot = topic.firstSlot + partition
    durableEndOf(slot)
    const { offset, timestampMs } = endOf(slot)
    // The clock may be set back; times in a partition never go back, so that offsetAt can halve its way to one.
    const atMs = Math.max(nowMs, timestampMs)
    touched.add(slot)
    log.append(slot, offset, records, atMs)
    ends.set(slot, { offset: offset + records.length, timestampMs: atMs })
    fresh.add(
      slot,
      records.map(({ key, value, headers, event }, index) => ({
        topic: topic.name,
        partition,
        offset: offset + index,
        key,
        value,
        headers: headers ? { ...cloudEventHeaders, ...headers } : cloudEventHeaders,
        timestampMs: atMs,
        ...(event === undefined ? {} : { event }),
      })),
    )
    wakeNextTurn(slot)
    return offset
  }

  function grown(slot: number, moment: Durability, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    const waiters = waiting[moment].get(slot) ?? new Set()
    waiting[moment].set(slot, waiters)
    return new Promise(resolve => {
      const awake = (): void => {
        waiters.delete(awake)
        signal.removeEventListener('abort', awake)
        resolve()
      }
      waiters.add(awake)
      signal.addEventListener('abort', awake, { once: true })
    })
  }

  /** One statement for each group and partition that moved, however often it did since the last commit. */
  function writePositions(): void {
    writing = undefined
    for (const { group, slot, offset } of unwritten.values()) log.commit(group, slot, offset)
    unwritten.clear()
  }

  /** Where it fails, also before its turn came, the next one tries them again. */
  function positionsWritten(): Promise<void> {
    const written = file.writeAlong(writePositions).catch(error => {
      if (writing === written) writing = undefined
      throw error
    })
    return written
  }

  /** What fails was undone, and with it what the log knows of it. */
  async function undoneWhereItFails<T>(written: Promise<T>): Promise<T> {
    try {
      return await written
    } catch (error) {
      log.undone()
      throw error
    }
  }

  return {
    file,
    log,
    topic,
    async addTopics(specs, sharedPartitions) {
      const written = file.write(() => {
        const present = new Map(log.topics().map(row => [row.name, row]))
        // A count that topics share was chosen when the first of them was made; the keys of new ones must fall where theirs do.
        const shared = [...present.values()].find(row => row.shared)?.partitions ?? sharedPartitions
        for (const { name, partitions, retentionMs } of specs) {
          if (present.has(name)) continue
          log.addTopic({
            name,
            partitions: partitions === 'shared' ? shared : partitions,
            shared: partitions === 'shared',
            retentionMs,
          })
        }
      })
      await undoneWhereItFails(written)
      for (const row of log.topics()) topics.set(row.name, row)
    },
    topicsWithRetention: () => [...topics.values()].filter(row => row.retentionMs !== undefined),
    end: (slot, moment) => (moment === 'ordered' ? endOf(slot).offset : durableEndOf(slot)),
    append: (appends, nowMs) => file.now(() => appends.map(each => appendOne(each, nowMs))),
    follow: (row, partition, from, to, { read, kept }) =>
      fresh.read(row.firstSlot + partition, from, to, kept, (batchChars * kept) / read) ?? log.read(row, partition, from, to, read),
    grown,
    prune: (slot, offset) => file.writeAlong(() => log.prune(slot, offset)),
    async letGo() {
      await undoneWhereItFails(file.writeAlong(log.dropEmptied))
      await file.cutLog()
    },
    onRollback(listener) {
      rollbackListeners.add(listener)
      return () => rollbackListeners.delete(listener)
    },
    group(name) {
      const group = groups.get(name) ?? createGroup(topicName => topic(topicName).partitions)
      groups.set(name, group)
      return group
    },
    committed: (group, slot) => positions.get(`${group}\n${slot}`) ?? log.committed(group, slot),
    commit(group, slot, offset) {
      const name = `${group}\n${slot}`
      positions.set(name, offset)
      unwritten.set(name, { group, slot, offset })
      writing ??= positionsWritten()
      return writing
    },
  }
}

/** A file that is shorter than it was is not gone on with: whoever was told of what is missing would not be told that it is gone. */
function throwWhereLost(log: RecordLog, path: string, markPath: string): void {
  const topics = log.topics()
  const lost = [...(readHighWatermarks(markPath) ?? [])].flatMap(([slot, marked]) => {
    const { offset } = log.end(slot)
    if (offset >= marked) return []
    const topic = topics.find(({ firstSlot, partitions }) => slot >= firstSlot && slot < firstSlot + partitions)
    const where = topic ? `partition ${slot - topic.firstSlot} of ${topic.name}` : `a topic that is not there any more (slot ${slot})`
    return [`${where} from offset ${offset} to ${marked - 1}`]
  })
  if (lost.length === 0) return
  throw new LostRecordsError(
    `${path} lacks records that were acknowledged: ${lost.join('; ')}. The end of its write-ahead log is damaged, or the file is an older copy. Restore a newer copy where there is one. To go on without these records, move ${markPath} away: it says where the file ended`,
  )
}
