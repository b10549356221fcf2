import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deterministicId, topics } from '@holdfast/schemas'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { createEmbeddedSnapshots, type SnapshotStore } from '@holdfast/stores'
import { createEmbeddedStreams, type Streams } from '@holdfast/streams'
import { createMemoryLog, createMemoryStreams } from '@holdfast/test-kit/memory-streams'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { definition, line as lineWithoutActor, notesOf, type Seen, workflow } from '../test/partition-harness.ts'
import type { LogTruncation } from './log-truncation.ts'
import { createParking, type Parking } from './parking.ts'
import { openPartitionState, type PartitionState } from './partition-state.ts'
import { StateLostError } from './write-behind-store.ts'

const ledger = topics.ledger.name
const line = (requestId: string, sequence: number) =>
  JSON.stringify({ ...JSON.parse(lineWithoutActor(requestId, sequence)), actor: 'SG/officer/p' })

/** The log is in one file and the store in another, as with Kafka and Redis: one can lose what the other has. */
describe('a ledger that is truncated', () => {
  let folder = ''
  let storeFile: SqliteFile
  let store: SnapshotStore
  let logFile: SqliteFile
  let streams: Streams
  let parking: Parking
  let lost: LogTruncation[]

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-log-truncation-'))
    storeFile = openSqlite(join(folder, 'store.sqlite'), { durable: false })
    store = createEmbeddedSnapshots(storeFile, 'test')
    lost = []
    await openLog()
  })
  afterEach(async () => {
    await closeLog()
    await storeFile.close()
    rmSync(folder, { recursive: true })
  })

  async function openLog(): Promise<void> {
    logFile = openSqlite(join(folder, 'log.sqlite'), { durable: false })
    streams = createEmbeddedStreams({ file: logFile, partitions: 1 })
    await streams.ensureTopics([topics.ledger, topics.parked])
    const onFault = (error: unknown) => {
      throw error
    }
    parking = await createParking({
      streams,
      workflow,
      service: 'test',
      now: () => new Date(0),
      onFault,
      onRedriveFault: onFault,
      onParked: () => {},
    })
  }
  async function closeLog(): Promise<void> {
    await parking.stop()
    await streams.close()
    await logFile.close()
  }
  /** As a broker that restarts without the last records it had acknowledged. */
  async function loseTail(from: number): Promise<void> {
    await closeLog()
    const file = openSqlite(join(folder, 'log.sqlite'), { durable: false })
    // The ledger is the first topic, so that its slot is the first.
    file.prepare('DELETE FROM stream_record WHERE position >= ? AND position < ?').run(from, 2 ** 40)
    await file.close()
    // The operator confirms the loss by deleting this file.
    rmSync(join(folder, 'log.sqlite-mark'))
    await openLog()
  }
  const append = (...lines: string[]) =>
    streams.append(
      ledger,
      0,
      lines.map(value => ({ key: (JSON.parse(value) as { subject: string }).subject, value })),
    )
  const open = async (): Promise<PartitionState<Seen>> =>
    openPartitionState({
      ...definition,
      streams,
      workflow,
      store,
      partition: 0,
      until: 'end',
      signal: new AbortController().signal,
      parking: await parking.open(0),
      onTruncated: each => lost.push(each),
      onSaveFault: () => undefined,
      onRebuilt: () => {},
      onUnreadable: () => {},
    })

  test('is detected where it has grown to its old length again: lost facts are discarded, new ones are applied', async () => {
    await append(line('a', 1), line('b', 1))
    await open()
    await append(line('a', 2), line('lost', 1))
    await open()
    await loseTail(2)
    await append(line('new', 1), line('b', 2))
    expect(await notesOf(await open(), 'a', 'b', 'lost', 'new')).toEqual({ a: 'a1', b: 'b1 b2', new: 'new1' })
    expect(lost).toEqual([{ position: 4, unchangedTo: 2, end: 4, goneMax: 2 }])
  })

  test('is detected where it is shorter than before', async () => {
    await append(line('a', 1), line('lost', 1))
    await open()
    await loseTail(1)
    expect(await notesOf(await open(), 'a', 'lost')).toEqual({ a: 'a1' })
    expect(lost).toMatchObject([{ position: 2, end: 1 }])
  })

  test('is detected by a running owner that only appends', async () => {
    const log = createMemoryLog({ partitions: 1, nowMs: Date.now })
    streams = createMemoryStreams({ log })
    await streams.ensureTopics([topics.ledger, topics.parked])
    await append(line('a', 1), line('lost', 1))
    const partition = await open()
    await partition.checkTruncation()
    log.cutTail(ledger, 0, 1)
    await expect(partition.checkTruncation()).rejects.toThrow(StateLostError)
  })

  test('is not reported where it only grew, or is empty', async () => {
    await open()
    await open()
    await append(line('a', 1))
    await open()
    await append(line('a', 2))
    await open()
    expect(lost).toEqual([])
  })

  test('lets a parked request start at its first new record, and keeps its state before that', async () => {
    const parked = deterministicId('test', 'parked')
    await append(line(parked, 1), line('b', 1))
    await open()
    await append(line('b', 2), line('b', 3))
    await (await parking.open(0)).park({ requestId: parked, offset: 4, reason: 'it throws' })
    await open()
    await loseTail(2)
    await append(line(parked, 2), line(parked, 3))
    const partition = await open()
    expect(await notesOf(partition, parked, 'b')).toEqual({ [parked]: `${parked}1`, b: 'b1' })
    expect((await partition.applySkipped(parked)).accepted.map(({ fact }) => fact.sequence)).toEqual([2, 3])
  })
})
