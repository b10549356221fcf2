import type { TopicSpec } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import { createGroup, type Group } from './group.ts'
import { openHighMark, readHighMark } from './high-mark.ts'
import { createRecordLog, type RecordLog, slotsMax, type TopicRow } from './record-log.ts'

/** What all streams on one file share: the tables, who waits for which partition, and the groups. */
export interface LogCore {
  readonly file: SqliteFile
  readonly log: RecordLog
  topic(name: string): TopicRow
  addTopics(specs: readonly TopicSpec[], sharedPartitions: number): Promise<void>
  topicsWithRetention(): TopicRow[]
  /** The end of a partition as far as it is on disk. */
  end(slot: number): number
  /** To be called inside a write that appends, so that its commit wakes who waits. */
  touch(slot: number): void
  /** Resolves when the partition has grown or the signal aborts. */
  grown(slot: number, signal: AbortSignal): Promise<void>
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
  const mark = openHighMark(markPath, slotsMax)
  file.onClose(mark.close)
  const ends = new Map<number, number>()
  const touched = new Set<number>()
  const waiting = new Map<number, Set<() => void>>()
  const groups = new Map<string, Group>()
  const positions = new Map<string, number>()
  // A file from which records were lost, as one that was damaged: what is written next, in the place of those, is read by every group.
  for (const { group, slot, offset } of log.allCommitted()) {
    const last = log.end(slot).offset
    if (offset > last) positions.set(`${group}\n${slot}`, last)
  }

  function topic(name: string): TopicRow {
    const found = topics.get(name)
    if (!found) throw new Error(`topic ${name} does not exist`)
    return found
  }

  // What a failed commit touched is only looked at once too often.
  file.onCommit(() => {
    if (touched.size === 0) return
    const grown = new Map([...touched].map(slot => [slot, log.end(slot).offset]))
    mark.write(grown)
    for (const [slot, end] of grown) {
      ends.set(slot, end)
      for (const wake of waiting.get(slot) ?? []) wake()
    }
    touched.clear()
  })

  function end(slot: number): number {
    let offset = ends.get(slot)
    if (offset === undefined) {
      offset = log.end(slot).offset
      ends.set(slot, offset)
    }
    return offset
  }

  function grown(slot: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    const waiters = waiting.get(slot) ?? new Set()
    waiting.set(slot, waiters)
    return new Promise(resolve => {
      const wake = (): void => {
        waiters.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      waiters.add(wake)
      signal.addEventListener('abort', wake, { once: true })
    })
  }

  return {
    file,
    log,
    topic,
    async addTopics(specs, sharedPartitions) {
      await file.write(() => {
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
      for (const row of log.topics()) topics.set(row.name, row)
    },
    topicsWithRetention: () => [...topics.values()].filter(row => row.retentionMs !== undefined),
    end,
    touch: slot => void touched.add(slot),
    grown,
    group(name) {
      const group = groups.get(name) ?? createGroup(topicName => topic(topicName).partitions)
      groups.set(name, group)
      return group
    },
    committed: (group, slot) => positions.get(`${group}\n${slot}`) ?? log.committed(group, slot),
    commit(group, slot, offset) {
      positions.set(`${group}\n${slot}`, offset)
      return file.writeAlong(() => log.commit(group, slot, offset))
    },
  }
}

/** A file that is shorter than it was is not gone on with: whoever was told of what is missing would not be told that it is gone. */
function throwWhereLost(log: RecordLog, path: string, markPath: string): void {
  const topics = log.topics()
  const lost = [...(readHighMark(markPath) ?? [])].flatMap(([slot, marked]) => {
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
