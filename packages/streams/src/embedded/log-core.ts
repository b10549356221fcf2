import type { TopicSpec } from '@holdfast/schemas'
import type { RollbackListener, SqliteFile } from '@holdfast/sqlite'
import { cloudEventHeaders, type Durability, type OutgoingRecord, type StreamRecord } from '../port.ts'
import { createFreshRecords } from './fresh-records.ts'
import { createGroup, type Group } from './group.ts'
import { openHighWatermarks, readHighWatermarks } from './high-watermarks.ts'
import { batchChars, createRecordLog, type RecordLog, type SlotEnd, slotsMax, type TopicRow } from './record-log.ts'

/** Records to append to one partition. */
export interface Append {
  readonly topic: TopicRow
  readonly partition: number
  readonly records: readonly OutgoingRecord[]
}

/** The shared state of all streams on one file: tables, waiting readers and groups. */
export interface LogCore {
  readonly file: SqliteFile
  readonly log: RecordLog
  topic(name: string): TopicRow
  addTopics(specs: readonly TopicSpec[], sharedPartitions: number): Promise<void>
  topicsWithRetention(): TopicRow[]
  /** The end of a partition: up to which offset it is ordered, or durable. */
  end(slot: number, durability: Durability): number
  /**
   * Appends records to partitions at once. Returns the first offset of each. Throws if the file can't be written; then
   * everything since the last commit is rolled back.
   */
  append(appends: readonly Append[], nowMs: number): number[]
  /** The records from an offset on. Records in memory are preferred, and more of them are returned. */
  follow(
    topic: TopicRow,
    partition: number,
    from: number,
    to: number,
    max: { readonly read: number; readonly fresh: number },
  ): StreamRecord[]
  /** Resolves when the partition has new records, ordered or durable, or the signal aborts. */
  grown(slot: number, durability: Durability, signal: AbortSignal): Promise<void>
  /** Removes some records before `offset` and returns whether there are more. */
  prune(slot: number, offset: number): Promise<boolean>
  /** Erases the bytes of removed records from all files. Rejects if a reader blocks the write-ahead log for longer. */
  eraseRemoved(): Promise<void>
  /**
   * Called when ordered records are rolled back. The file accepts no writes until the listener's promise has settled.
   * Returns how to remove the listener.
   */
  onRollback(listener: RollbackListener): () => void
  group(name: string): Group
  committed(group: string, slot: number): number | undefined
  /** Applies the offset at once and writes it with the next commit. Resolves when it is on disk. */
  commit(group: string, slot: number, offset: number): Promise<void>
}

const cores = new WeakMap<SqliteFile, LogCore>()

/** Thrown when acknowledged records are missing at the end of the log. The message names them and the next steps. */
class LostRecordsError extends Error {
  override readonly name = 'LostRecordsError'
}

/** One core per file, however many streams use it. Throws LostRecordsError. */
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
  const watermarksPath = `${file.path}-mark`
  throwIfTruncated(log, file.path, watermarksPath)
  const watermarks = openHighWatermarks(watermarksPath, slotsMax)
  file.onClose(watermarks.close)
  /** How far partitions are ordered, and when their last record was accepted. */
  const ends = new Map<number, SlotEnd>()
  /** How far they are durable. */
  const durableEnds = new Map<number, number>()
  const fresh = createFreshRecords()
  const touched = new Set<number>()
  const waiting: Record<Durability, Map<number, Set<() => void>>> = { ordered: new Map(), durable: new Map() }
  const rollbackListeners = new Set<RollbackListener>()
  const groups = new Map<string, Group>()
  const positions = new Map<string, number>()
  const unwritten = new Map<string, { readonly group: string; readonly slot: number; readonly offset: number }>()
  let writing: Promise<void> | undefined
  limitPositions()

  /**
   * Limits committed offsets to the log's end, in case a damaged file lost records. Otherwise groups would skip the
   * records written there next.
   */
  function limitPositions(): void {
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

  function wake(durability: Durability, slot: number): void {
    for (const each of waiting[durability].get(slot) ?? []) each()
  }

  file.onCommit(() => {
    if (touched.size === 0) return undefined
    const grown = new Map([...touched].map(slot => [slot, endOf(slot).offset]))
    touched.clear()
    return () => {
      watermarks.write(grown)
      for (const [slot, end] of grown) {
        durableEnds.set(slot, end)
        wake('durable', slot)
      }
    }
  })

  file.onRollback(recovered => {
    log.resetAfterRollback()
    for (const slot of touched) ends.delete(slot)
    touched.clear()
    unwritten.clear()
    limitPositions()
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
      // Appending reads this first, so nothing is ordered but not durable yet.
      end = endOf(slot).offset
      durableEnds.set(slot, end)
    }
    return end
  }

  /** Readers get everything written in one event-loop turn as one batch. */
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
    // The clock may be set back, but times in a partition must not decrease, because offsetAt uses binary search.
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

  function grown(slot: number, durability: Durability, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    const waiters = waiting[durability].get(slot) ?? new Set()
    waiting[durability].set(slot, waiters)
    return new Promise(resolve => {
      const wakeUp = (): void => {
        waiters.delete(wakeUp)
        signal.removeEventListener('abort', wakeUp)
        resolve()
      }
      waiters.add(wakeUp)
      signal.addEventListener('abort', wakeUp, { once: true })
    })
  }

  /** One statement per group and partition, however often its offset changed since the last commit. */
  function writePositions(): void {
    writing = undefined
    for (const { group, slot, offset } of unwritten.values()) log.commit(group, slot, offset)
    unwritten.clear()
  }

  /** If it fails, even before it runs, the next write includes the same offsets. */
  function positionsWritten(): Promise<void> {
    const written = file.writeLazily(writePositions).catch(error => {
      if (writing === written) writing = undefined
      throw error
    })
    return written
  }

  /** After a failure the write is rolled back, so the log's cached state is reset. */
  async function resetOnFailure<T>(written: Promise<T>): Promise<T> {
    try {
      return await written
    } catch (error) {
      log.resetAfterRollback()
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
        // The shared count was fixed with the first topic; keys of new topics must go to the same partitions.
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
      await resetOnFailure(written)
      for (const row of log.topics()) topics.set(row.name, row)
    },
    topicsWithRetention: () => [...topics.values()].filter(row => row.retentionMs !== undefined),
    end: (slot, durability) => (durability === 'ordered' ? endOf(slot).offset : durableEndOf(slot)),
    append: (appends, nowMs) => file.writeNow(() => appends.map(each => appendOne(each, nowMs))),
    follow: (row, partition, from, to, max) =>
      fresh.read(row.firstSlot + partition, from, to, max.fresh, (batchChars * max.fresh) / max.read) ??
      log.read(row, partition, from, to, max.read),
    grown,
    prune: (slot, offset) => file.writeLazily(() => log.prune(slot, offset)),
    async eraseRemoved() {
      await resetOnFailure(file.writeLazily(log.dropEmptied))
      await file.truncateLog()
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

/** Refuses to open a file that lost acknowledged records: clients that saw them would never learn of the loss. */
function throwIfTruncated(log: RecordLog, path: string, watermarksPath: string): void {
  const topics = log.topics()
  const lost = [...(readHighWatermarks(watermarksPath) ?? [])].flatMap(([slot, acknowledged]) => {
    const { offset } = log.end(slot)
    if (offset >= acknowledged) return []
    const topic = topics.find(({ firstSlot, partitions }) => slot >= firstSlot && slot < firstSlot + partitions)
    const where = topic ? `partition ${slot - topic.firstSlot} of ${topic.name}` : `a deleted topic (slot ${slot})`
    return [`${where} from offset ${offset} to ${acknowledged - 1}`]
  })
  if (lost.length === 0) return
  throw new LostRecordsError(
    `${path} lacks records that were acknowledged: ${lost.join('; ')}. The end of its write-ahead log is damaged, or the file is an older copy. Restore a newer copy if there is one. To continue without these records, move ${watermarksPath} away`,
  )
}
