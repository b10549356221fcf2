import { afterEach, describe, expect, test } from 'vitest'
import { encodeBatch } from '../../test/encode-batch.ts'
import { silentLog } from '../log.ts'
import { createOngoingFaults } from '../ongoing-faults.ts'
import type { StreamRecord } from '../port.ts'
import type { KafkaConnection } from './connection.ts'
import type { KafkaError } from './faults.ts'
import type { FetchedPartition } from './fetch-answer.ts'
import { createFetcher, type Feed, type Fetcher } from './fetcher.ts'
import { earliest, latest } from './kafkajs.ts'
import type { FetchRequest, KafkaCluster } from './kafkajs-shapes.ts'
import { createKnownEnds } from './known-ends.ts'

// A real broker fails, removes records or loses bytes only by chance. So here a scripted broker answers.

const answered = (type: string): KafkaError => Object.assign(new Error(type), { type, topic: 'topic', partition: 0 })

/** The log of one partition, with a batch at each offset, and the broker's error for it alone. */
interface ScriptedLog {
  readonly batches: ReadonlyMap<number, Buffer>
  readonly errors?: (Error | undefined)[]
  /**
   * This many answers are those of a new leader that does not know its followers' state yet: no records, and no end.
   */
  readonly hidden?: { questions: number }
}

/** A broker with one topic. Calls of the connection first fail as scripted. */
function createScriptedConnection(logs: readonly ScriptedLog[], failures: Error[]): KafkaConnection {
  const startOf = (log: ScriptedLog): number => Math.min(...log.batches.keys())
  const isHidden = ({ hidden }: ScriptedLog): boolean => hidden !== undefined && hidden.questions > 0 && hidden.questions-- > 0
  const broker = {
    listOffsets: async ({ topics }: { topics: { partitions: { partition: number; timestamp: number }[] }[] }) => {
      const { partition, timestamp } = topics[0]?.partitions[0] ?? { partition: 0, timestamp: earliest }
      const log = logs[partition]
      if (timestamp === latest && log && isHidden(log)) throw answered('LEADER_NOT_AVAILABLE')
      const offset = log ? (timestamp === latest ? Math.max(...log.batches.keys()) + 1 : startOf(log)) : 0
      return { responses: [{ partitions: [{ offset: String(offset) }] }] }
    },
    async fetchBytes({ topics }: FetchRequest): Promise<FetchedPartition[]> {
      const fetched = topics.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, fetchOffset }) => {
          const log = logs[partition]
          const from = Number(fetchOffset)
          const error = (log?.errors?.shift() ?? (log && from < startOf(log) ? answered('OFFSET_OUT_OF_RANGE') : undefined)) as
            | KafkaError
            | undefined
          const shown = log && isHidden(log) ? [] : [...(log?.batches ?? [])]
          const found = shown.filter(([offset]) => offset >= from).slice(0, 2)
          const records = error ? Buffer.alloc(0) : Buffer.concat(found.map(([, bytes]) => bytes))
          return { topic, partition, error, lastStableOffset: 99, abortedTransactions: [], records }
        }),
      )
      if (fetched.every(({ error, records }) => !error && records.length === 0)) await new Promise(resolve => setTimeout(resolve, 20))
      return fetched
    },
  }
  const cluster = {
    findTopicPartitionMetadata: () => logs.map((_, partitionId) => ({ partitionId, leader: 1 })),
    findBroker: async () => broker,
  }
  const use: KafkaConnection['use'] = async (_, work) => {
    const failure = failures.shift()
    if (failure) throw failure
    return work(cluster as unknown as KafkaCluster)
  }
  return { use, until: (topics, _, __, work) => use(topics, work), close: async () => {} }
}

const batch = (offset: number): [number, Buffer] => [offset, encodeBatch({ firstOffset: offset, records: [{ value: `v${offset}` }] })]
const marker = (offset: number): [number, Buffer] => [offset, encodeBatch({ firstOffset: offset, records: [], ends: 'commit' })]
const unreadable = (offset: number): [number, Buffer] => [offset, encodeBatch({ firstOffset: offset, records: [{ value: 'v' }], codec: 7 })]
const corrupt = (offset: number): [number, Buffer] => [
  offset,
  encodeBatch({ firstOffset: offset, records: [{ value: 'v' }], checksumIsWrong: true }),
]
const offsets = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => from + index)

describe('the fetcher', () => {
  let fetcher: Fetcher | undefined
  afterEach(() => fetcher?.stop())

  function followAll(logs: readonly ScriptedLog[], { failures = [] as Error[], isIngress = false } = {}) {
    const faults: unknown[] = []
    const lost: number[] = []
    let now = 0
    const standing = createOngoingFaults(() => now)
    // Shortens seconds to a quarter.
    const ends = createKnownEnds(() => performance.now() * 20)
    const connection = createScriptedConnection(logs, failures)
    fetcher = createFetcher({
      connection,
      log: silentLog,
      faults: standing,
      ends,
      waitMs: 250,
      onFault: error => void faults.push(error),
    })
    const followed = logs.map((_, partition) => {
      const records: StreamRecord[] = []
      const push = (pushed: readonly StreamRecord[]) => void records.push(...pushed)
      const feed: Feed = {
        topic: 'topic',
        partition,
        isIngress,
        position: 0,
        last: undefined,
        onTruncated: () => void lost.push(feed.position),
        wants: () => true,
        push,
      }
      return { feed, records, values: () => records.map(({ value }) => value) }
    })
    fetcher.add(followed.map(({ feed }) => feed))
    const standingAfter = (ms: number): string[] => {
      now = ms
      return standing.ongoing()
    }
    return { followed, faults, lost, standingAfter }
  }

  function follow(log: readonly [number, Buffer][], failures: Error[] = []) {
    const batches = new Map(log)
    const { followed, faults, lost } = followAll([{ batches }], { failures })
    const [only] = followed
    if (!only) throw new Error('nothing is followed')
    return { ...only, faults, lost, batches }
  }

  test('continues when brokers answer again', async () => {
    const failures = [new Error('away'), new Error('away'), new Error('away')]
    const { values, faults } = follow(offsets(0, 3).map(batch), failures)
    await expect.poll(values, { timeout: 10_000 }).toEqual(['v0', 'v1', 'v2'])
    expect(faults.length).toBe(3)
  })

  test('reports no fault when a leader has just changed, unless it lasts', async () => {
    const changes = Array.from({ length: 7 }, () => answered('NOT_LEADER_FOR_PARTITION'))
    const { values, faults } = follow([batch(0)], changes)
    await expect.poll(values, { timeout: 10_000 }).toEqual(['v0'])
    expect(faults.length).toBe(2)
  })

  test('starts at the oldest record when retention has removed its position', async () => {
    const { values } = follow(offsets(40, 3).map(batch))
    await expect.poll(values, { timeout: 10_000 }).toEqual(['v40', 'v41', 'v42'])
  })

  test('continues when the log is unchanged and has grown while no broker answered', async () => {
    const failures: Error[] = []
    const { values, lost, batches } = follow(offsets(0, 3).map(batch), failures)
    await expect.poll(values, { timeout: 10_000 }).toEqual(['v0', 'v1', 'v2'])
    failures.push(new Error('away'))
    await expect.poll(() => failures.length, { timeout: 10_000 }).toBe(0)
    batches.set(...batch(3))
    await expect.poll(values, { timeout: 10_000 }).toEqual(['v0', 'v1', 'v2', 'v3'])
    expect(lost).toEqual([])
  })

  test('delivers nothing more of a log that was truncated while no broker answered, even if it has grown beyond the position', async () => {
    const failures: Error[] = []
    const { values, lost, batches } = follow(offsets(0, 3).map(batch), failures)
    await expect.poll(values, { timeout: 10_000 }).toEqual(['v0', 'v1', 'v2'])
    failures.push(new Error('away'))
    for (const offset of offsets(2, 4)) batches.set(offset, encodeBatch({ firstOffset: offset, records: [{ value: `another ${offset}` }] }))
    await expect.poll(() => lost, { timeout: 10_000 }).toEqual([3])
    expect(values()).toEqual(['v0', 'v1', 'v2'])
  })

  test.each([1, 2, 3, 6])(
    'waits for a new leader that does not show yet what was read of the one before, asked %s times',
    async questions => {
      const failures: Error[] = []
      const hidden = { questions: 0 }
      const batches = new Map(offsets(0, 3).map(batch))
      const { followed, lost } = followAll([{ batches, hidden }], { failures })
      await expect.poll(() => followed[0]?.values(), { timeout: 10_000 }).toEqual(['v0', 'v1', 'v2'])
      hidden.questions = questions
      failures.push(new Error('away'))
      await expect.poll(() => hidden.questions, { timeout: 10_000 }).toBe(0)
      batches.set(...batch(3))
      await expect.poll(() => followed[0]?.values(), { timeout: 10_000 }).toEqual(['v0', 'v1', 'v2', 'v3'])
      expect(lost).toEqual([])
    },
  )

  test('delivers nothing more of a log that ends right before the last read record, once its leader says so', async () => {
    const failures: Error[] = []
    const { lost, values, batches } = follow(offsets(0, 3).map(batch), failures)
    await expect.poll(values, { timeout: 10_000 }).toEqual(['v0', 'v1', 'v2'])
    batches.delete(2)
    failures.push(new Error('away'))
    await expect.poll(() => lost, { timeout: 10_000 }).toEqual([3])
  })

  test('delivers nothing more of a log that ends before the position', async () => {
    const errors: Error[] = []
    const batches = new Map(offsets(0, 3).map(batch))
    const { followed, lost } = followAll([{ batches, errors }])
    await expect.poll(() => followed[0]?.values(), { timeout: 10_000 }).toEqual(['v0', 'v1', 'v2'])
    batches.delete(2)
    errors.push(answered('OFFSET_OUT_OF_RANGE'))
    await expect.poll(() => lost, { timeout: 10_000 }).toEqual([3])
  })

  test('continues when a broker that slept lacked records that another one had delivered', async () => {
    const errors: Error[] = []
    const batches = new Map(offsets(0, 3).map(batch))
    const { followed, lost } = followAll([{ batches, errors }])
    await expect.poll(() => followed[0]?.values(), { timeout: 10_000 }).toEqual(['v0', 'v1', 'v2'])
    errors.push(answered('OFFSET_OUT_OF_RANGE'))
    await expect.poll(() => errors).toEqual([])
    batches.set(...batch(3))
    await expect.poll(() => followed[0]?.values(), { timeout: 10_000 }).toEqual(['v0', 'v1', 'v2', 'v3'])
    expect(lost).toEqual([])
  })

  test('skips control records', async () => {
    const { values, feed } = follow([...offsets(0, 5).map(marker), batch(5), marker(6)])
    await expect.poll(() => feed.position, { timeout: 10_000 }).toBe(7)
    expect(values()).toEqual(['v5'])
  })

  test('of an ingress topic skips an unreadable batch, and delivers a record with the reason instead', async () => {
    const { followed, faults } = followAll([{ batches: new Map([batch(0), unreadable(1), batch(2)]) }], { isIngress: true })
    await expect.poll(() => followed[0]?.values(), { timeout: 10_000 }).toEqual(['v0', '', 'v2'])
    expect(followed[0]?.records[1]).toMatchObject({ offset: 1, lastOffset: 1, key: '', headers: {}, timestampMs: 1_790_000_000_000 })
    expect(followed[0]?.records[1]?.damage).toMatch(/^the record batch from 1 to 1 can't be read: .* codec 7 is unknown$/)
    expect(faults).toEqual([])
  })

  test('of an ingress topic ignores senders’ timestamps when the topic keeps them', async () => {
    const records = [{ value: 'of whenever' }]
    const batches = new Map([batch(0), [1, encodeBatch({ firstOffset: 1, records, isTimedBySender: true })]])
    const beganMs = Date.now()
    const { followed } = followAll([{ batches }], { isIngress: true })
    await expect.poll(() => followed[0]?.values(), { timeout: 10_000 }).toEqual(['v0', 'of whenever'])
    const [byBroker, bySender] = followed[0]?.records ?? []
    expect(byBroker?.timestampMs).toBe(1_790_000_000_000)
    expect(bySender?.timestampMs).toBeGreaterThanOrEqual(beganMs)
  })

  test('of an ingress topic retries a batch with a wrong checksum three times, then continues', async () => {
    const { followed, faults } = followAll([{ batches: new Map([corrupt(0), batch(1)]) }], { isIngress: true })
    await expect.poll(() => followed[0]?.values(), { timeout: 10_000 }).toEqual(['', 'v1'])
    expect(faults.length).toBe(3)
  })

  test("of the engine's own topic stops before an unreadable batch, reports it, and delays no other partition", async () => {
    const stopped = { batches: new Map([batch(0), unreadable(1), batch(2)]) }
    const { followed, faults, standingAfter } = followAll([stopped, { batches: new Map(offsets(0, 20).map(batch)) }])
    await expect.poll(() => followed[1]?.values().length, { timeout: 10_000 }).toBe(20)
    await expect.poll(() => faults.length, { timeout: 10_000 }).toBeGreaterThan(2)
    expect(followed[0]?.values()).toEqual(['v0'])
    expect(standingAfter(5_000)).toEqual([
      expect.stringMatching(/^partition 0 of topic has not been read for 5 s: the record batch from 1/),
    ])
  })

  test('continues with the other partitions while a broker refuses one of them, and with that one when it no longer does', async () => {
    const errors = offsets(0, 6).map(() => answered('TOPIC_AUTHORIZATION_FAILED'))
    const { followed, standingAfter } = followAll([
      { batches: new Map([batch(0)]), errors },
      { batches: new Map(offsets(0, 20).map(batch)) },
    ])
    await expect.poll(() => followed[1]?.values().length, { timeout: 10_000 }).toBe(20)
    expect(followed[0]?.values()).toEqual([])
    expect(standingAfter(6_000)).toEqual(['partition 0 of topic has not been read for 6 s: TOPIC_AUTHORIZATION_FAILED'])
    await expect.poll(() => followed[0]?.values(), { timeout: 15_000 }).toEqual(['v0'])
    expect(standingAfter(12_000)).toEqual([])
  })
})
