import type { StreamRecord } from '@holdfast/streams'
import { describe, expect, test } from 'vitest'
import { buildRecords, eventually, makeTopic, type StreamsHarness, uniqueName, valuesOf, watchStage } from './harness.ts'

export function describeGroups(harness: () => StreamsHarness): void {
  const streams = () => harness().streams

  describe('the position of a group', () => {
    test('is where it was after the process starts again', async () => {
      const topic = await makeTopic(streams(), 'restart')
      const group = uniqueName('group')
      const before = await watchStage(streams(), { topics: [topic], group })
      await streams().append(topic, 0, buildRecords(5, 'a'))
      await eventually(() => before.received.length).toBe(5)
      const reopened = await harness().reopen()
      await reopened.append(topic, 0, buildRecords(2, 'b'))
      const after = await watchStage(reopened, { topics: [topic], group })
      await eventually(() => valuesOf(after.received)).toEqual(['b0', 'b1'])
      expect(after.opened.map(({ committed }) => committed)).toEqual([5])
      await after.subscription.stop()
    })

    test('can be set before it has members, and its positions include what it has worked on', async () => {
      const topic = await makeTopic(streams(), 'set', 3)
      const group = uniqueName('group')
      for (const partition of [0, 1, 2]) await streams().append(topic, partition, buildRecords(5, `${partition}.`))
      expect(await streams().positions(group, topic)).toEqual(new Map())
      await streams().setPositions(
        group,
        topic,
        new Map([
          [0, 5],
          [2, 3],
        ]),
      )
      const stage = await watchStage(streams(), { topics: [topic], group })
      await eventually(() => valuesOf(stage.received).toSorted()).toEqual(['1.0', '1.1', '1.2', '1.3', '1.4', '2.3', '2.4'])
      await expect(streams().setPositions(group, topic, new Map([[0, 0]]))).rejects.toThrow(/stop every service/)
      await stage.subscription.stop()
      const positions = await streams().positions(group, topic)
      expect([...positions].toSorted()).toEqual([
        [0, 5],
        [1, 5],
        [2, 5],
      ])
    })

    test('does not pass records whose batch failed', async () => {
      const topic = await makeTopic(streams(), 'unpassed')
      const group = uniqueName('group')
      const before = await watchStage(streams(), {
        topics: [topic],
        group,
        batchMax: 2,
        onBatch: records => {
          if (records.some(record => record.offset >= 2)) throw new Error('not these')
        },
      })
      await streams().append(topic, 0, buildRecords(4))
      await eventually(() => before.faults.length).toBeGreaterThan(0)
      await before.subscription.stop()
      const after = await watchStage(streams(), { topics: [topic], group })
      await eventually(() => valuesOf(after.received)).toEqual(['v2', 'v3'])
      await after.subscription.stop()
    })
  })

  describe('stages of one group', () => {
    test('share the partitions, and the one that stays takes over', async () => {
      const topic = await makeTopic(streams(), 'share', 4)
      const group = uniqueName('group')
      const second = await harness().second()
      const running = new Map<number, number>()
      const overlaps: number[] = []
      const onBatch = async (records: readonly StreamRecord[]): Promise<void> => {
        const partition = records[0]?.partition ?? 0
        const now = (running.get(partition) ?? 0) + 1
        if (now > 1) overlaps.push(partition)
        running.set(partition, now)
        await new Promise(resolve => setImmediate(resolve))
        running.set(partition, now - 1)
      }
      const one = await watchStage(streams(), { topics: [topic], group, onBatch })
      await eventually(one.held).toEqual([0, 1, 2, 3])
      const two = await watchStage(second, { topics: [topic], group, onBatch })
      await eventually(() => [...one.held(), ...two.held()].toSorted()).toEqual([0, 1, 2, 3])
      await eventually(() => [one.held().length, two.held().length]).toEqual([2, 2])
      await Promise.all([0, 1, 2, 3].map(partition => streams().append(topic, partition, buildRecords(10, `${partition}.`))))
      await eventually(() => one.received.length + two.received.length).toBe(40)
      expect(one.received.length).toBe(20)
      await one.subscription.stop()
      expect(one.openNow()).toBe(0)
      await eventually(two.held).toEqual([0, 1, 2, 3])
      await Promise.all([0, 1, 2, 3].map(partition => streams().append(topic, partition, buildRecords(1, 'later'))))
      await eventually(() => two.received.length).toBe(24)
      expect(one.received.length).toBe(20)
      expect(overlaps).toEqual([])
      await two.subscription.stop()
    })

    test('hand a partition over with its position', async () => {
      const topic = await makeTopic(streams(), 'handover')
      const group = uniqueName('group')
      const second = await harness().second()
      const one = await watchStage(streams(), { topics: [topic], group })
      await streams().append(topic, 0, buildRecords(7))
      await eventually(() => one.received.length).toBe(7)
      await one.subscription.stop()
      const two = await watchStage(second, { topics: [topic], group })
      await eventually(() => two.opened.map(({ committed }) => committed)).toEqual([7])
      await streams().append(topic, 0, buildRecords(1, 'later'))
      await eventually(() => valuesOf(two.received)).toEqual(['later0'])
      await two.subscription.stop()
    })
  })
}
