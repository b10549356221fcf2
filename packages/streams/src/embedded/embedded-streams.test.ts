import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { describeStreamsContract } from '../../../test-kit/src/streams-contract.ts'
import { type StreamRecord, type Streams, StreamUnavailableError } from '../port.ts'
import { createEmbeddedStreams } from './embedded-streams.ts'
import { coreOf } from './log-core.ts'

describeStreamsContract('one SQLite file', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-streams-'))
  const open = () => openSqlite(join(directory, 'streams.db'), { durable: true })
  let file = open()
  let streams = createEmbeddedStreams({ file, partitions: 4 })
  let others: Streams[] = []
  const closeAll = async (): Promise<void> => {
    await Promise.all([streams, ...others].map(each => each.close()))
    others = []
    await file.close()
  }
  return {
    get streams() {
      return streams
    },
    async reopen() {
      await closeAll()
      file = open()
      streams = createEmbeddedStreams({ file, partitions: 4 })
      return streams
    },
    async second() {
      const second = createEmbeddedStreams({ file, partitions: 4 })
      others.push(second)
      return second
    },
    async close() {
      await closeAll()
      await rm(directory, { recursive: true })
    },
  }
})

describe('streams in one SQLite file', () => {
  let directory = ''
  let file: SqliteFile

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'holdfast-streams-'))
    file = openSqlite(join(directory, 'streams.db'), { durable: true })
  })

  afterEach(async () => {
    await file.close()
    await rm(directory, { recursive: true })
  })

  const topic = (name: string, retentionMs: number | undefined = undefined) =>
    ({ name, partitions: 'shared', retentionMs, keyedBy: 'requestId', writtenBy: 'engine', about: '' }) as const

  test('forget what is past its retention, and offsets go on from where they were', async () => {
    const before = createEmbeddedStreams({ file, partitions: 1 })
    await before.ensureTopics([topic('kept'), topic('short', 1)])
    await before.publish(
      'short',
      Array.from({ length: 2_500 }, (_, index) => ({ key: 'k', value: `${index}` })),
    )
    await before.publish('kept', [{ key: 'k', value: 'stays' }])
    const takenAt = Date.now()
    await expect.poll(() => Date.now() > takenAt + 1).toBe(true)
    await before.close()

    const after = createEmbeddedStreams({ file, partitions: 1 })
    await expect.poll(() => after.startOffset('short', 0), { timeout: 5_000 }).toBe(2_500)
    expect(await after.endOffset('short', 0)).toBe(2_500)
    expect(file.prepare('SELECT count(*) AS records FROM stream_record').get()).toEqual({ records: 1 })
    expect(await after.append('short', 0, [{ key: 'k', value: 'next' }])).toBe(2_500)
    const got: string[] = []
    for await (const batch of after.read('short', 0, 0, 9_999)) got.push(...batch.map(record => record.value))
    expect(got).toEqual(['next'])
    await after.close()
  })

  test('keep the count that topics share when the setting changes', async () => {
    const before = createEmbeddedStreams({ file, partitions: 3 })
    await before.ensureTopics([topic('commands')])
    await before.close()
    const after = createEmbeddedStreams({ file, partitions: 8 })
    await after.ensureTopics([topic('commands'), topic('ledger')])
    expect([await after.partitionCount('commands'), await after.partitionCount('ledger')]).toEqual([3, 3])
    await after.close()
  })

  test('never let time in a partition go back with the clock', async () => {
    const streams = createEmbeddedStreams({ file, partitions: 1 })
    await streams.ensureTopics([topic('clock')])
    const aheadMs = Date.now() + 60_000
    file.prepare("INSERT INTO stream_record (position, at, key, value) VALUES (0, ?, 'k', 'from a clock ahead')").run(aheadMs)
    expect(await streams.append('clock', 0, [{ key: 'k', value: 'later' }])).toBe(1)
    for await (const batch of streams.read('clock', 0, 1, 2)) expect(batch[0]?.timestampMs).toBe(aheadMs)
    await streams.close()
  })

  test('refuse with the reason when the disk is full, keep what was taken, and go on when there is room', async () => {
    const streams = createEmbeddedStreams({ file, partitions: 1 })
    await streams.ensureTopics([topic('full')])
    await streams.publish('full', [{ key: 'k', value: 'first' }])
    const pages = Number(file.prepare('PRAGMA page_count').get()?.page_count)
    file.prepare(`PRAGMA max_page_count = ${pages + 4}`).get()
    const large = { key: 'k', value: 'x'.repeat(100_000) }
    const refused = streams.publish('full', [large])
    await expect(refused).rejects.toBeInstanceOf(StreamUnavailableError)
    await expect(refused).rejects.toThrow(/full/)
    expect(await streams.endOffset('full', 0)).toBe(1)
    file.prepare(`PRAGMA max_page_count = ${pages + 1_000}`).get()
    expect(await streams.append('full', 0, [large])).toBe(1)
    await streams.close()
  })

  test('are not ready while a partition that is followed can not be read, and go on when it can', async () => {
    const streams = createEmbeddedStreams({ file, partitions: 1 })
    await streams.ensureTopics([topic('followed')])
    const got: string[] = []
    const onRecords = (records: readonly StreamRecord[]) => void got.push(...records.map(({ value }) => value))
    const tail = await streams.tail({ topic: 'followed', from: 'start', onRecords, onFault: () => {} })
    await streams.publish('followed', [{ key: 'k', value: 'read' }])
    await expect.poll(() => got).toEqual(['read'])
    file.prepare('ALTER TABLE stream_record RENAME COLUMN value TO lost').run()
    await file.write(() => {
      file.prepare("INSERT INTO stream_record (position, at, key, lost) VALUES (1, 0, 'k', 'late')").run()
      coreOf(file).touch(0)
    })
    await expect
      .poll(() => streams.ping().then(() => 'ready', String), { timeout: 10_000 })
      .toMatch(/partition 0 of followed has not been read for [5-9] s/)
    file.prepare('ALTER TABLE stream_record RENAME COLUMN lost TO value').run()
    await expect.poll(() => got, { timeout: 10_000 }).toEqual(['read', 'late'])
    await streams.ping()
    await tail.stop()
    await streams.close()
  })
})
