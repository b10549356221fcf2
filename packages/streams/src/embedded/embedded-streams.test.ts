import { rmSync } from 'node:fs'
import { cp, mkdtemp, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { faultBounds } from '../../../test-kit/src/streams-contract/harness.ts'
import { describeStreamsContract } from '../../../test-kit/src/streams-contract.ts'
import { recordOf, type StreamRecord, type Streams, StreamUnavailableError } from '../port.ts'
import { createEmbeddedStreams } from './embedded-streams.ts'
import { coreOf } from './log-core.ts'

describeStreamsContract('one SQLite file', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-streams-'))
  const open = () => openSqlite(join(directory, 'streams.db'), { durable: true })
  let file = open()
  let streams = createEmbeddedStreams({ file, partitions: 4, faultBounds })
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
      streams = createEmbeddedStreams({ file, partitions: 4, faultBounds })
      return streams
    },
    async second() {
      const second = createEmbeddedStreams({ file, partitions: 4, faultBounds })
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
    ({ name, partitions: 'shared', retentionMs, keyedBy: 'requestId', writtenBy: 'engine', description: '' }) as const

  test('remove expired records and continue with the next offsets', async () => {
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
    await expect.poll(() => after.startOffset('short', 0), { timeout: 10_000 }).toBe(2_500)
    expect(await after.endOffset('short', 0)).toBe(2_500)
    expect(file.prepare('SELECT count(*) AS records FROM stream_record').get()).toEqual({ records: 1 })
    expect(await after.append('short', 0, [{ key: 'k', value: 'next' }])).toBe(2_500)
    const got: string[] = []
    for await (const batch of after.read('short', 0, 0, 9_999)) got.push(...batch.map(record => record.value))
    expect(got).toEqual(['next'])
    await after.close()
  })

  test('accept a file of an earlier version, with all topics in one table, and remove its records when they expire', async () => {
    const before = createEmbeddedStreams({ file, partitions: 1 })
    await before.ensureTopics([topic('orders', 60_000)])
    const oldMs = Date.now() - 60_000
    const insert = file.prepare("INSERT INTO stream_record (position, at, key, value) VALUES (?, ?, 'k', ?)")
    await file.write(() => {
      for (const [position, value] of ['one', 'two'].entries()) insert.run(position, oldMs + position * 30_000, value)
    })
    await before.close()
    const streams = createEmbeddedStreams({ file, partitions: 1 })
    await expect.poll(() => streams.startOffset('orders', 0), { timeout: 10_000 }).toBe(1)
    expect(await streams.append('orders', 0, [{ key: 'k', value: 'three' }])).toBe(2)
    const got: string[] = []
    for await (const batch of streams.read('orders', 0, 0, 9)) got.push(...batch.map(({ value }) => value))
    expect(got).toEqual(['two', 'three'])
    await streams.close()
  })

  test('keep the shared partition count when the setting changes', async () => {
    const before = createEmbeddedStreams({ file, partitions: 3 })
    await before.ensureTopics([topic('commands')])
    await before.close()
    const after = createEmbeddedStreams({ file, partitions: 8 })
    await after.ensureTopics([topic('commands'), topic('ledger')])
    expect([await after.partitionCount('commands'), await after.partitionCount('ledger')]).toEqual([3, 3])
    await after.close()
  })

  test('keep timestamps in a partition increasing when the clock is set back', async () => {
    const streams = createEmbeddedStreams({ file, partitions: 1 })
    await streams.ensureTopics([topic('clock')])
    const aheadMs = Date.now() + 60_000
    file.prepare("INSERT INTO stream_record (position, at, key, value) VALUES (0, ?, 'k', 'from a clock ahead')").run(aheadMs)
    expect(await streams.append('clock', 0, [{ key: 'k', value: 'later' }])).toBe(1)
    for await (const batch of streams.read('clock', 0, 1, 2)) expect(batch[0]?.timestampMs).toBe(aheadMs)
    await streams.close()
  })

  test('stamp the file again after the clock, which was ahead, is confirmed, so that the next start needs no confirmation', async () => {
    const nowMs = Date.parse('2026-03-02T08:00:00Z')
    const aheadMs = 20 * 3_600_000
    let offMs = aheadMs
    const open = (confirmedMs?: number) =>
      createEmbeddedStreams({ file, partitions: 1, confirmedMs, time: { nowMs: () => nowMs + offMs, steadyMs: () => 0 } })
    const times: number[] = []
    for (const confirmedMs of [undefined, nowMs, undefined]) {
      const streams = open(confirmedMs)
      times.push((await streams.logTime()) - nowMs)
      await streams.close()
      offMs = 0
    }
    expect(times).toEqual([aheadMs, 0, 0])
  })

  test('deliver to a group what is written at the offsets of lost records', async () => {
    const followed = async (streams: Streams, got: string[]) =>
      streams.stage({
        group: 'readers',
        topics: ['torn'],
        open: async () => ({ onBatch: async records => void got.push(...records.map(({ value }) => value)), close: async () => undefined }),
        onFault: () => {},
      })
    const before = createEmbeddedStreams({ file, partitions: 1 })
    await before.ensureTopics([topic('torn')])
    await before.publish(
      'torn',
      ['kept', 'lost', 'lost too'].map(value => ({ key: 'k', value })),
    )
    const read: string[] = []
    await followed(before, read)
    await expect.poll(() => read).toEqual(['kept', 'lost', 'lost too'])
    await before.close()
    file.prepare('DELETE FROM stream_record WHERE position >= 1').run()
    await file.close()
    // The operator starts it anyway, and accepts the loss.
    rmSync(join(directory, 'streams.db-mark'))

    file = openSqlite(join(directory, 'streams.db'), { durable: true })
    const after = createEmbeddedStreams({ file, partitions: 1 })
    await after.publish(
      'torn',
      ['new', 'newer', 'newest'].map(value => ({ key: 'k', value })),
    )
    const again: string[] = []
    await followed(after, again)
    await expect.poll(() => again).toEqual(['new', 'newer', 'newest'])
    await after.close()
  })

  test('reject writes with the reason when the disk is full, keep accepted records, and continue when there is space', async () => {
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

  describe('when the disk fills up in a chain of dependent writes', () => {
    const large = 'x'.repeat(100_000)

    /**
     * A commit waits for this many turns, and 3 ms at most. With a stopped clock no machine is too slow to share the
     * commit.
     */
    const standStill = () => vi.spyOn(performance, 'now').mockReturnValue(performance.now())

    async function openWorkers(then: (streams: Streams) => void = () => {}) {
      const streams = createEmbeddedStreams({ file, partitions: 1 })
      await streams.ensureTopics([topic('in'), topic('out')])
      const opened: number[] = []
      const seen: string[] = []
      const stage = await streams.stage({
        group: 'workers',
        topics: ['in'],
        readsFrom: 'ordered',
        async open(assignment, committed) {
          opened.push(committed)
          return {
            async onBatch(records) {
              for (const { value } of records) {
                seen.push(value)
                await streams.publish('out', [{ key: 'k', value: value === 'much' ? large : value }], { within: assignment })
                if (value === 'then full') then(streams)
              }
            },
            close: async () => {},
          }
        },
        onFault: () => {},
      })
      const told: string[] = []
      const tail = await streams.tail({
        topic: 'in',
        from: 'start',
        onRecords: records => void told.push(...records.map(({ value }) => value)),
        onFault: () => {},
      })
      const close = async () => {
        await stage.stop()
        await tail.stop()
        await streams.close()
      }
      return { streams, opened, seen, told, close }
    }

    test('the whole chain is rolled back, no outside reader has seen it, and workers restart at their committed offsets', async () => {
      const { streams, opened, seen, told, close } = await openWorkers()
      await streams.publish('in', [{ key: 'k', value: 'little' }])
      await expect.poll(() => streams.endOffset('out', 0)).toBe(1)
      const pages = Number(file.prepare('PRAGMA page_count').get()?.page_count)
      file.prepare(`PRAGMA max_page_count = ${pages + 4}`).get()
      const clock = standStill()
      await expect(streams.publish('in', [{ key: 'k', value: 'much' }])).rejects.toBeInstanceOf(StreamUnavailableError)
      clock.mockRestore()
      expect(seen).toEqual(['little', 'much'])
      await expect.poll(() => opened.length).toBe(2)
      expect([await streams.endOffset('in', 0), await streams.endOffset('out', 0), told]).toEqual([1, 1, ['little']])
      expect(opened[1]).toBeLessThanOrEqual(1)

      file.prepare(`PRAGMA max_page_count = ${pages + 1_000}`).get()
      expect(await streams.append('in', 0, [{ key: 'k', value: 'much' }])).toBe(1)
      await expect.poll(() => streams.endOffset('out', 0)).toBeGreaterThanOrEqual(2)
      await expect.poll(() => told).toEqual(['little', 'much'])
      await close()
      const kept: string[] = []
      for await (const records of createEmbeddedStreams({ file, partitions: 1 }).read('in', 0, 0, 9))
        kept.push(...records.map(({ value }) => value))
      expect(kept).toEqual(['little', 'much'])
    })

    test('workers restart after growing pauses, and stop at once when they are stopped meanwhile', async () => {
      const { opened, close } = await openWorkers()
      await expect.poll(() => opened.length).toBe(1)
      const pausesMs: number[] = []
      for (let times = 1; times <= 4; times++) {
        const failedAt = performance.now()
        expect(() =>
          file.writeNow(() => {
            throw new Error('the disk is full')
          }),
        ).toThrow('the disk is full')
        await vi.waitFor(() => expect(opened.length).toBe(times + 1), { interval: 1, timeout: 20_000 })
        pausesMs.push(performance.now() - failedAt)
      }
      expect(pausesMs[3]).toBeGreaterThan(3 * (pausesMs[0] as number))
      await close()
    })

    test('a worker that closes after the rollback can’t commit the offset of rolled-back work', async () => {
      const streams = createEmbeddedStreams({ file, partitions: 1 })
      await streams.ensureTopics([topic('in'), topic('out'), topic('marks')])
      const full = Promise.withResolvers<void>()
      const isHeld = Promise.withResolvers<void>()
      const refused: unknown[] = []
      let opened = 0
      const stage = await streams.stage({
        group: 'workers',
        topics: ['in'],
        readsFrom: 'ordered',
        async open(assignment) {
          opened += 1
          let position = 0
          return {
            async onBatch(records) {
              await streams.publish('out', [{ key: 'k', value: 'effect' }], { within: assignment })
              position = (records.at(-1)?.offset ?? 0) + 1
              if (opened > 1) return
              file.holdUntil(full.promise)
              isHeld.resolve()
            },
            async close() {
              await streams.append('marks', 0, [{ key: 'k', value: `${position}` }]).catch(error => refused.push(error))
            },
          }
        },
        onFault: () => {},
      })
      const clock = standStill()
      const sent = streams.publish('in', [{ key: 'k', value: 'v' }])
      await isHeld.promise
      clock.mockRestore()
      await expect.poll(() => file.canHold).toBe(false)
      full.reject(new Error('the disk is full'))
      await expect(sent).rejects.toBeInstanceOf(StreamUnavailableError)
      await expect.poll(() => opened).toBe(2)
      expect(refused).toEqual([expect.any(StreamUnavailableError)])
      expect([await streams.endOffset('out', 0), await streams.endOffset('marks', 0)]).toEqual([0, 0])
      await stage.stop()
      await streams.close()
    })

    test('a worker starts once when a second rollback comes before its restart', async () => {
      let isSecond = true
      file.onRollback(recovered => {
        if (isSecond) void recovered.then(fail)
        isSecond = false
        return undefined
      })
      const fail = (): void => {
        expect(() =>
          file.writeNow(() => {
            throw new Error('the disk is full')
          }),
        ).toThrow('the disk is full')
      }
      const { streams, opened, seen, close } = await openWorkers()
      await streams.publish('in', [{ key: 'k', value: 'little' }])
      await expect.poll(() => streams.endOffset('out', 0)).toBe(1)
      fail()
      await expect.poll(() => opened.length).toBe(2)
      await streams.publish('in', [{ key: 'k', value: 'next' }])
      await expect.poll(() => seen.at(-1)).toBe('next')
      expect(opened.length).toBe(2)
      await close()
    })

    test.each([
      ['at once', (work: () => void) => work()],
      ['in the next turn', (work: () => void) => void setImmediate(work)],
    ])(
      'a worker that was done with what is undone %s begins again as well, and what comes in its place is not passed over',
      async (_, when) => {
        const fill = (streams: Streams) => when(() => void streams.publish('out', [{ key: 'k', value: large }]).catch(() => {}))
        const { streams, opened, seen, told, close } = await openWorkers(fill)
        await streams.publish('in', [{ key: 'k', value: 'little' }])
        await expect.poll(() => streams.endOffset('out', 0)).toBe(1)
        const pages = Number(file.prepare('PRAGMA page_count').get()?.page_count)
        file.prepare(`PRAGMA max_page_count = ${pages + 4}`).get()
        const clock = standStill()
        await expect(streams.publish('in', [{ key: 'k', value: 'then full' }])).rejects.toBeInstanceOf(StreamUnavailableError)
        clock.mockRestore()
        await expect.poll(() => opened.length).toBe(2)
        file.prepare(`PRAGMA max_page_count = ${pages + 1_000}`).get()
        expect(await streams.append('in', 0, [{ key: 'k', value: 'in its place' }])).toBe(1)
        await expect.poll(() => seen.at(-1)).toBe('in its place')
        await expect.poll(() => told).toEqual(['little', 'in its place'])
        expect((await streams.read('in', 0, 1, 2).next()).value).toMatchObject([{ offset: 1, value: 'in its place' }])
        await close()
      },
    )
  })

  test('show ordered records to workers that request them, and to other readers only once they are durable', async () => {
    const streams = createEmbeddedStreams({ file, partitions: 1 })
    await streams.ensureTopics([topic('in'), topic('out')])
    const order: string[] = []
    const stage = await streams.stage({
      group: 'workers',
      topics: ['in'],
      readsFrom: 'ordered',
      open: async assignment => ({
        async onBatch() {
          order.push('worker')
          await streams.publish('out', [{ key: 'k', value: 'v' }], { within: assignment })
          order.push('ordered')
        },
        close: async () => {},
      }),
      onFault: () => {},
    })
    const tail = await streams.tail({ topic: 'in', from: 'start', onRecords: () => void order.push('tail'), onFault: () => {} })
    await streams.publish('in', [{ key: 'k', value: 'v' }])
    order.push('published')
    await expect.poll(() => order).toContain('tail')
    expect(order.slice(0, 2)).toEqual(['worker', 'ordered'])
    expect(order.slice(2).sort()).toEqual(['published', 'tail'])
    await tail.stop()
    await stage.stop()
    await streams.close()
  })

  test('make all earlier writes durable, in every partition, before they return an end offset', async () => {
    const streams = createEmbeddedStreams({ file, partitions: 1 })
    await streams.ensureTopics([topic('in'), topic('out'), topic('other')])
    const core = coreOf(file)
    const onDisk = () => core.end(core.topic('out').firstSlot, 'durable')
    const seen: unknown[] = []
    const stage = await streams.stage({
      group: 'workers',
      topics: ['in'],
      readsFrom: 'ordered',
      open: async assignment => ({
        async onBatch() {
          await streams.publish('out', [{ key: 'k', value: 'v' }], { within: assignment })
          seen.push(onDisk())
          await streams.endOffset('other', 0)
          seen.push(onDisk())
        },
        close: async () => {},
      }),
      onFault: () => {},
    })
    await streams.publish('in', [{ key: 'k', value: 'v' }])
    await expect.poll(() => seen).toEqual([0, 1])
    await stage.stop()
    await streams.close()
  })

  test('write the offsets of groups again after a commit that failed before it reached them', async () => {
    const streams = createEmbeddedStreams({ file, partitions: 1 })
    await streams.ensureTopics([topic('read')])
    await streams.publish('read', [{ key: 'k', value: 'v' }])
    const core = coreOf(file)
    const { firstSlot } = core.topic('read')
    await core.commit('readers', firstSlot, 1)
    // As SQLite does on a full disk: the whole transaction is rolled back.
    const full = file.write(() => {
      file.prepare('ROLLBACK').run()
      throw new Error('the disk is full')
    })
    const place = core.commit('readers', firstSlot, 2)
    await expect(full).rejects.toThrow('the disk is full')
    await expect(place).rejects.toThrow('the disk is full')
    await core.commit('readers', firstSlot, 3)
    expect(file.prepare("SELECT offset FROM stream_committed WHERE consumer_group = 'readers'").get()).toEqual({ offset: 3 })
    await streams.close()
  })

  test('give followers in this process the original object of a record, and only its text when it is read from the disk', async () => {
    const event = { a: 1 }
    const streams = createEmbeddedStreams({ file, partitions: 1 })
    await streams.ensureTopics([topic('objects')])
    const followed: StreamRecord[] = []
    const tail = await streams.tail({
      topic: 'objects',
      from: 'start',
      onRecords: records => void followed.push(...records),
      onFault: () => {},
    })
    await streams.append('objects', 0, [recordOf('k', event)])
    await expect.poll(() => followed.length).toBe(1)
    expect(followed[0]?.event).toBe(event)
    const [read] = (await streams.read('objects', 0, 0, 1).next()).value ?? []
    expect([read?.event, read?.value]).toEqual([undefined, '{"a":1}'])
    await tail.stop()
    await streams.close()
  })

  test('are not ready while a followed partition can’t be read, and recover when it can', async () => {
    const before = createEmbeddedStreams({ file, partitions: 1 })
    await before.ensureTopics([topic('followed')])
    await before.publish('followed', [{ key: 'k', value: 'there' }])
    await before.close()
    await file.close()
    // Records that this process wrote itself are served from memory.
    file = openSqlite(file.path, { durable: true })
    const streams = createEmbeddedStreams({ file, partitions: 1, faultBounds })
    file.prepare('ALTER TABLE stream_record RENAME COLUMN value TO lost').run()
    const got: string[] = []
    const onRecords = (records: readonly StreamRecord[]) => void got.push(...records.map(({ value }) => value))
    const tail = await streams.tail({ topic: 'followed', from: 'start', onRecords, onFault: () => {} })
    await expect
      .poll(() => streams.ping().then(() => 'ready', String), { timeout: 10_000 })
      .toMatch(/partition 0 of followed has not been read for \d s/)
    file.prepare('ALTER TABLE stream_record RENAME COLUMN lost TO value').run()
    await expect.poll(() => got, { timeout: 10_000 }).toEqual(['there'])
    await streams.ping()
    await tail.stop()
    await streams.close()
  })

  describe('that lost acknowledged records at their end', () => {
    /**
     * The files as they are after the process is killed: memory is lost, and the write-ahead log is not checkpointed.
     */
    async function killed(): Promise<string> {
      const streams = createEmbeddedStreams({ file, partitions: 2 })
      await streams.ensureTopics([topic('kept'), topic('torn')])
      await streams.append('kept', 1, [{ key: 'k', value: 'first' }])
      for (const value of ['a', 'b', 'c']) await streams.append('torn', 0, [{ key: 'k', value }])
      const copy = join(directory, 'copy.db')
      for (const part of ['', '-wal', '-mark']) await cp(`${file.path}${part}`, `${copy}${part}`)
      await streams.close()
      return copy
    }
    async function tearWriteAheadLog(path: string): Promise<void> {
      const { size } = await stat(`${path}-wal`)
      const handle = await open(`${path}-wal`, 'r+')
      await handle.write(Buffer.alloc(4096, 0xff), 0, 4096, size - 4_000)
      await handle.close()
    }

    test('refuse to open, and name the lost records and the next steps', async () => {
      const path = await killed()
      await tearWriteAheadLog(path)
      const torn = openSqlite(path, { durable: true })
      expect(() => createEmbeddedStreams({ file: torn, partitions: 2 })).toThrow(
        `${path} lacks records that were acknowledged: partition 0 of torn from offset 2 to 2. `,
      )
      await torn.close()
      await rename(`${path}-mark`, `${path}-mark.away`)
      const again = openSqlite(path, { durable: true })
      const streams = createEmbeddedStreams({ file: again, partitions: 2 })
      expect(await streams.append('torn', 0, [{ key: 'k', value: 'd' }])).toBe(2)
      await streams.close()
      await again.close()
    })

    test('detect the loss also when the file is an older copy or is missing', async () => {
      const path = await killed()
      const later = openSqlite(path, { durable: true })
      await later.close()
      await cp(path, `${path}.old`)
      const open = () => {
        const opened = openSqlite(path, { durable: true })
        return { opened, streams: () => createEmbeddedStreams({ file: opened, partitions: 2 }) }
      }
      const newer = open()
      await newer.streams().append('kept', 1, [{ key: 'k', value: 'second' }])
      await newer.opened.close()
      await rename(`${path}.old`, path)
      const older = open()
      expect(older.streams).toThrow('partition 1 of kept from offset 1 to 1')
      await older.opened.close()
      await rm(path)
      const none = open()
      expect(none.streams).toThrow('a deleted topic')
      await none.opened.close()
    })

    test('open normally when the process was killed, or one copy of the watermarks was half written', async () => {
      const path = await killed()
      const mark = await readFile(`${path}-mark`)
      mark.fill(0xff, 0, mark.length / 2)
      await writeFile(`${path}-mark`, mark)
      const whole = openSqlite(path, { durable: true })
      const streams = createEmbeddedStreams({ file: whole, partitions: 2 })
      expect(await streams.endOffset('torn', 0)).toBe(3)
      await streams.close()
      await whole.close()
    })
  })
})
