import { type StreamRecord, StreamUnavailableError } from '@holdfast/streams'
import { describe, expect, test } from 'vitest'
import { buildRecords, valuesOf } from '../streams-contract/harness.ts'
import { topic, useMemoryWorld } from './memory-world.ts'

describe('streams on a log in memory', () => {
  const world = useMemoryWorld()

  describe('whose log was truncated', () => {
    test('tell who follows it once, who says where to go on', async () => {
      const got: string[] = []
      const told: number[] = []
      const onRecords = (records: readonly StreamRecord[]) => void got.push(...valuesOf(records))
      const onLogTruncated = async (partition: number) => {
        told.push(partition)
        return 3
      }
      await world.one.append(topic, 0, buildRecords(5, 'old '))
      await world.one.append(topic, 1, buildRecords(1, 'whole '))
      await world.one.tail({ topic, from: 'start', onRecords, onLogTruncated, onFault: () => {} })
      await world.pass()
      got.length = 0
      world.log.cutTail(topic, 0, 3)
      await world.two.append(topic, 0, buildRecords(4, 'new '))
      await world.pass()
      expect([got, told]).toEqual([['new 0', 'new 1', 'new 2', 'new 3'], [0]])
    })

    test('are read from the start by who does not say', async () => {
      const got: string[] = []
      await world.one.append(topic, 0, buildRecords(2, 'old '))
      await world.one.tail({ topic, from: 'start', onRecords: records => void got.push(...valuesOf(records)), onFault: () => {} })
      await world.pass()
      world.log.cutTail(topic, 0, 1)
      await world.pass()
      expect(got).toEqual(['old 0', 'old 1', 'old 0'])
    })

    test('continue where it ends with a worker that is new, in a log that has grown as far again', async () => {
      const stage = await world.watch(world.one)
      await world.one.append(topic, 0, buildRecords(5, 'old '))
      await world.pass()
      world.log.cutTail(topic, 0, 2)
      await world.one.append(topic, 0, buildRecords(3, 'new '))
      await world.pass()
      expect(valuesOf(stage.received).slice(5)).toEqual(['new 0', 'new 1', 'new 2'])
      const opened = stage.opened.filter(({ assignment }) => assignment.partition === 0)
      expect(opened.map(({ committed }) => committed)).toEqual([0, 2])
      expect(opened[0]?.assignment.signal.aborted).toBe(true)
      // The other partition is as it was.
      expect(stage.opened).toHaveLength(3)
      expect(await world.position()).toBe(5)
    })

    test('continue there also with a successor, and with a position that was committed late', async () => {
      const commits: (() => void)[] = []
      const late = world.open({
        perform: (call, work) =>
          call.operation === 'commit' ? new Promise(resolve => commits.push(() => resolve(work()))) : Promise.resolve().then(work),
      })
      await world.watch(late)
      await world.one.append(topic, 0, buildRecords(5, 'old '))
      await world.pass()
      world.log.cutTail(topic, 0, 2)
      await world.one.append(topic, 0, buildRecords(5, 'new '))
      for (const commit of commits) commit()
      world.log.forget(late)
      expect(await world.position()).toBe(5)
      const successor = await world.watch(world.two)
      await world.pass()
      expect(valuesOf(successor.received)).toEqual(['new 0', 'new 1', 'new 2', 'new 3', 'new 4'])
    })

    test('do not call a read done that ends before what it was asked for', async () => {
      await world.one.append(topic, 0, buildRecords(4))
      const part = world.open({ batchOf: () => 2 })
      const reading = part.read(topic, 0, 0, 4)
      expect((await reading.next()).value).toHaveLength(2)
      world.log.cutTail(topic, 0, 2)
      await expect(Promise.all([reading.next(), world.pass()])).rejects.toBeInstanceOf(StreamUnavailableError)
    })
  })
})
