import type { StreamRecord } from '@holdfast/streams'
import { describe, expect, test } from 'vitest'
import { buildRecords, eventually, makeTopic, readAll, type StreamsHarness, valuesOf } from './harness.ts'

export function describeReading(harness: () => StreamsHarness): void {
  const streams = () => harness().streams

  describe('the time by the log', () => {
    test('is between the stamps of a record before and a record after', async () => {
      const topic = await makeTopic(streams(), 'time')
      await streams().append(topic, 0, [{ key: 'k', value: 'before' }])
      const now = await streams().logTime()
      await streams().append(topic, 0, [{ key: 'k', value: 'after' }])
      const [before, after] = await readAll(streams(), topic)
      expect(now).toBeGreaterThanOrEqual(before?.timestampMs ?? Number.POSITIVE_INFINITY)
      expect(now).toBeLessThanOrEqual(after?.timestampMs ?? 0)
    })
  })

  describe('read', () => {
    test('gives from the first offset up to, not including, the last', async () => {
      const topic = await makeTopic(streams(), 'range')
      await streams().append(topic, 0, buildRecords(10))
      const got: StreamRecord[] = []
      for await (const batch of streams().read(topic, 0, 3, 7)) got.push(...batch)
      expect(got.map(record => record.offset)).toEqual([3, 4, 5, 6])
    })

    test('ends where the partition ends, and at once where there is nothing', async () => {
      const topic = await makeTopic(streams(), 'ends')
      await streams().append(topic, 0, buildRecords(2))
      const got: string[] = []
      for await (const batch of streams().read(topic, 0, 0, 1_000)) got.push(...valuesOf(batch))
      expect(got).toEqual(['v0', 'v1'])
      for await (const batch of streams().read(topic, 0, 2, 2)) expect(batch).toEqual([])
    })

    test('sees what was appended before, by whomever', async () => {
      const topic = await makeTopic(streams(), 'fresh')
      const second = await harness().second()
      for (let round = 0; round < 10; round += 1) {
        await streams().append(topic, 0, buildRecords(1, `${round}.`))
        expect(await second.endOffset(topic, 0)).toBe(round + 1)
        expect((await readAll(second, topic)).length).toBe(round + 1)
      }
    })

    test('comes in batches of bounded size and in order', async () => {
      const topic = await makeTopic(streams(), 'bounded')
      const padding = 'x'.repeat(2_000)
      const values = Array.from({ length: 3_000 }, (_, index) => `${index} ${padding}`)
      await streams().publish(
        topic,
        values.map(value => ({ key: 'k', value })),
      )
      const got: string[] = []
      let largest = 0
      for await (const batch of streams().read(topic, 0, 0, 3_000)) {
        got.push(...valuesOf(batch))
        largest = Math.max(
          largest,
          batch.reduce((sum, record) => sum + record.value.length, 0),
        )
      }
      expect(got).toEqual(values)
      expect(largest).toBeLessThan(3_000_000)
    })

    test('may be left in the middle', async () => {
      const topic = await makeTopic(streams(), 'left-off')
      await streams().append(topic, 0, buildRecords(10))
      for await (const batch of streams().read(topic, 0, 0, 10)) {
        expect(batch[0]?.value).toBe('v0')
        break
      }
      expect((await readAll(streams(), topic)).length).toBe(10)
    })
  })

  describe('offsets', () => {
    test('start at nought and end after the last record', async () => {
      const topic = await makeTopic(streams(), 'offsets', 2)
      await streams().append(topic, 1, buildRecords(4))
      expect([await streams().startOffset(topic, 0), await streams().endOffset(topic, 0)]).toEqual([0, 0])
      expect([await streams().startOffset(topic, 1), await streams().endOffset(topic, 1)]).toEqual([0, 4])
    })

    test('are found by time', async () => {
      const topic = await makeTopic(streams(), 'time')
      await streams().append(topic, 0, buildRecords(3, 'early'))
      const early = (await readAll(streams(), topic)).at(-1)?.timestampMs ?? 0
      await eventually(() => Date.now() > early).toBe(true)
      await streams().append(topic, 0, buildRecords(3, 'late'))
      const late = (await readAll(streams(), topic)).at(3)?.timestampMs ?? 0
      expect(await streams().offsetAt(topic, 0, early - 60_000)).toBe(0)
      expect(await streams().offsetAt(topic, 0, early)).toBe(0)
      expect(await streams().offsetAt(topic, 0, early + 1)).toBe(3)
      expect(await streams().offsetAt(topic, 0, late)).toBe(3)
      expect(await streams().offsetAt(topic, 0, late + 1)).toBe(6)
    })
  })

  describe('tail', () => {
    test('gives what is there and what comes, per partition in order', async () => {
      const topic = await makeTopic(streams(), 'tail', 2)
      await streams().append(topic, 0, buildRecords(2, 'a'))
      const got: StreamRecord[] = []
      const tail = await streams().tail({ topic, from: 'start', onRecords: records => void got.push(...records), onFault: fail })
      await eventually(() => got.length).toBe(2)
      await streams().append(topic, 1, buildRecords(2, 'b'))
      await streams().append(topic, 0, buildRecords(2, 'c'))
      await eventually(() => got.length).toBe(6)
      expect(valuesOf(got.filter(record => record.partition === 0))).toEqual(['a0', 'a1', 'c0', 'c1'])
      expect(valuesOf(got.filter(record => record.partition === 1))).toEqual(['b0', 'b1'])
      await tail.stop()
    })

    test('starts from positions; a partition that is not named starts at its beginning', async () => {
      const topic = await makeTopic(streams(), 'positions', 2)
      await streams().append(topic, 0, buildRecords(3, 'a'))
      await streams().append(topic, 1, buildRecords(3, 'b'))
      const got: string[] = []
      const tail = await streams().tail({
        topic,
        from: new Map([[0, 2]]),
        onRecords: records => void got.push(...valuesOf(records)),
        onFault: fail,
      })
      await eventually(() => got.toSorted()).toEqual(['a2', 'b0', 'b1', 'b2'])
      await tail.stop()
    })

    test('from the end gives only what comes after it began', async () => {
      const topic = await makeTopic(streams(), 'from-end')
      await streams().append(topic, 0, buildRecords(3, 'old'))
      const got: string[] = []
      const tail = await streams().tail({ topic, from: 'end', onRecords: records => void got.push(...valuesOf(records)), onFault: fail })
      await streams().append(topic, 0, buildRecords(1, 'new'))
      await eventually(() => got).toEqual(['new0'])
      await tail.stop()
    })

    test('gives the same records again to a callback that throws', async () => {
      const topic = await makeTopic(streams(), 'again')
      await streams().append(topic, 0, buildRecords(3))
      const faults: unknown[] = []
      const got: string[][] = []
      const tail = await streams().tail({
        topic,
        from: 'start',
        onRecords: records => {
          got.push(valuesOf(records))
          if (got.length === 1) throw new Error('not yet')
        },
        onFault: error => void faults.push(error),
      })
      await eventually(() => got).toEqual([
        ['v0', 'v1', 'v2'],
        ['v0', 'v1', 'v2'],
      ])
      expect(faults).toEqual([new Error('not yet')])
      await tail.stop()
    })

    test('gives nothing after it was stopped', async () => {
      const topic = await makeTopic(streams(), 'stopped')
      const [stopped, going]: [string[], string[]] = [[], []]
      const onFault = fail
      const first = await streams().tail({ topic, from: 'start', onRecords: records => void stopped.push(...valuesOf(records)), onFault })
      const second = await streams().tail({ topic, from: 'start', onRecords: records => void going.push(...valuesOf(records)), onFault })
      await streams().append(topic, 0, buildRecords(1, 'a'))
      await eventually(() => [stopped, going]).toEqual([['a0'], ['a0']])
      await first.stop()
      await streams().append(topic, 0, buildRecords(1, 'b'))
      await eventually(() => going).toEqual(['a0', 'b0'])
      expect(stopped).toEqual(['a0'])
      await second.stop()
    })
  })
}

function fail(error: unknown): void {
  throw error
}
