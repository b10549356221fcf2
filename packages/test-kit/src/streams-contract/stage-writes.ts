import type { Assignment } from '@holdfast/streams'
import { describe, expect, test } from 'vitest'
import { buildRecords, eventually, makeTopic, type StreamsHarness, uniqueName, valuesOf } from './harness.ts'

export function describeStageWrites(harness: () => StreamsHarness): void {
  const streams = () => harness().streams

  describe('a worker that writes within its partition', () => {
    test('has written once that is ordered, and gives back offsets in order', async () => {
      const [from, to] = [await makeTopic(streams(), 'within'), await makeTopic(streams(), 'made')]
      const offsets: number[] = []
      const stage = await streams().stage({
        group: uniqueName('group'),
        topics: [from],
        readsFrom: 'ordered',
        open: async assignment => ({
          async onBatch(records) {
            for (const { key, value } of records) {
              offsets.push(await streams().append(to, 0, [{ key, value: `made of ${value}` }], { within: assignment }))
              await streams().publish(to, [{ key, value: `told of ${value}` }], { within: assignment })
            }
          },
          close: async () => {},
        }),
        onFault: () => {},
      })
      await streams().append(from, 0, buildRecords(3, 'r'))
      await eventually(() => offsets).toEqual([0, 2, 4])
      await stage.stop()
      const made: string[] = []
      for await (const records of streams().read(to, 0, 0, await streams().endOffset(to, 0))) made.push(...valuesOf(records))
      expect(made).toEqual([0, 1, 2].flatMap(nth => [`made of r${nth}`, `told of r${nth}`]))
    })

    test('is refused once it has lost the partition', async () => {
      const [from, to] = [await makeTopic(streams(), 'lost'), await makeTopic(streams(), 'not-made')]
      let held: Assignment | undefined
      const stage = await streams().stage({
        group: uniqueName('group'),
        topics: [from],
        async open(assignment) {
          held = assignment
          return { onBatch: async () => {}, close: async () => {} }
        },
        onFault: () => {},
      })
      await eventually(() => held !== undefined).toBe(true)
      await stage.stop()
      if (!held) throw new Error('no partition')
      const within = held
      await expect(streams().publish(to, buildRecords(1), { within })).rejects.toThrow()
      await expect(streams().append(to, 0, buildRecords(1), { within })).rejects.toThrow()
      expect(await streams().endOffset(to, 0)).toBe(0)
    })
  })
}
