import { StreamUnavailableError } from '@holdfast/streams'
import { describe, expect, test, vi } from 'vitest'
import type { Call, Perform } from '../memory-streams.ts'
import { buildRecords, valuesOf } from '../streams-contract/harness.ts'
import { topic, useMemoryWorld } from './memory-world.ts'

describe('streams on a log in memory', () => {
  const world = useMemoryWorld()

  describe('whose calls go wrong', () => {
    const away = () => new StreamUnavailableError('away')
    /** Fails calls that are named, after or before they were done. */
    const failing = (fails: (call: Call) => 'before' | 'after' | undefined): Perform =>
      async function perform(call, work) {
        const when = fails(call)
        if (when === 'before') throw away()
        const answer = work()
        if (when === 'after') throw away()
        return answer
      }

    test('have written what they say they could not, where that was done before it failed', async () => {
      const streams = world.open({ perform: failing(call => (call.writes ? 'after' : undefined)) })
      await expect(streams.append(topic, 0, buildRecords(2))).rejects.toBeInstanceOf(StreamUnavailableError)
      expect(world.lying()).toEqual(['v0', 'v1'])
    })

    test('write a publish in part: a partition is a call', async () => {
      const keys = ['a', 'b', 'c', 'd', 'e', 'f']
      const places = await Promise.all(keys.map(key => world.one.partitionOf(topic, key)))
      expect(new Set(places).size).toBe(2)
      const streams = world.open({ perform: failing(({ partition }) => (partition === 1 ? 'before' : undefined)) })
      const records = keys.map(key => ({ key, value: key }))
      await expect(streams.publish(topic, records)).rejects.toBeInstanceOf(StreamUnavailableError)
      expect([world.lying(0), world.lying(1)]).toEqual([keys.filter((_, index) => places[index] === 0), []])
    })

    test('join, open, fetch and commit until it works, and say meanwhile what does not', async () => {
      const failed = new Map<string, number>()
      const perform = failing(call => {
        const times = failed.get(call.operation) ?? 0
        failed.set(call.operation, times + 1)
        return times < 2 ? (times === 0 ? 'before' : 'after') : undefined
      })
      const streams = world.open({ perform })
      const starting = world.watch(streams)
      await world.pass(1_000)
      const stage = await starting
      await world.one.append(topic, 0, buildRecords(2))
      await world.pass(5_000)
      expect([valuesOf(stage.received), await world.position()]).toEqual([['v0', 'v1'], 2])
      expect([...failed].filter(([, times]) => times < 2)).toEqual([])
      expect([...failed.keys()]).toEqual(['join', 'position', 'fetch', 'commit'])
    })

    test('say that a partition is not read, whether that fails or is not answered', async () => {
      let how: 'fails' | 'hangs' | undefined
      const perform: Perform = async (call, work) => {
        if (call.operation !== 'fetch' || !how) return work()
        if (how === 'fails') throw away()
        return new Promise(() => {})
      }
      const streams = world.open({ perform })
      const onRecords = vi.fn()
      const tail = await streams.tail({ topic, from: 'start', onRecords, onFault: () => {} })
      how = 'fails'
      await world.one.append(topic, 0, buildRecords(1))
      await world.pass(7_000)
      await expect(streams.ping()).rejects.toThrow(/partition 0 of ledger has not been read for \d s: away/)
      how = undefined
      await world.pass(7_000)
      await streams.ping()
      expect(onRecords).toHaveBeenCalledOnce()
      how = 'hangs'
      await world.one.append(topic, 1, buildRecords(1))
      await world.pass(11_000)
      await expect(streams.ping()).rejects.toThrow(/partition 1 of ledger has not been read for \d+ s without progress or an error/)
      await tail.stop()
    })

    test('are in no group by a join that is done after they have left', async () => {
      const joins: (() => void)[] = []
      const perform: Perform = async (call, work) => {
        if (call.operation !== 'join') return work()
        return new Promise((resolve, reject) => joins.push(() => Promise.resolve().then(work).then(resolve, reject)))
      }
      const streams = world.open({ perform })
      const starting = world.watch(streams)
      const refused = expect(starting).rejects.toBeInstanceOf(StreamUnavailableError)
      await world.pass()
      await Promise.all([streams.close(), world.pass()])
      await refused
      for (const join of joins) join()
      const other = await world.watch(world.two)
      await world.pass()
      expect(other.held()).toEqual([0, 1])
    })

    test('are ready when they are in their group again, though they never heard that they were before', async () => {
      let isFirst = true
      const perform = failing(({ operation }) => {
        if (operation !== 'join' || !isFirst) return undefined
        isFirst = false
        return 'after'
      })
      const streams = world.open({ perform })
      const starting = world.watch(streams)
      await world.pass(1)
      world.log.expel(streams)
      world.log.tellExpelled(streams)
      await world.pass(20_000)
      expect((await starting).held()).toEqual([0, 1])
      await streams.ping()
    })

    test('give a partition away once, also where they did not hear that they had, and got it again', async () => {
      const streams = world.open({ perform: failing(({ operation }) => (operation === 'vacate' ? 'after' : undefined)) })
      const stage = await world.watch(streams)
      const other = await world.watch(world.two)
      await world.pass(1)
      await other.subscription.stop()
      await world.pass(5_000)
      expect(stage.held()).toEqual([0, 1])
      expect(stage.opened.map(({ assignment }) => assignment.partition)).toEqual([0, 1, 1])
    })

    test('leave their group when its session is over, where the group did not hear them leave', async () => {
      const streams = world.open({ perform: failing(({ operation }) => (operation === 'leave' ? 'before' : undefined)) })
      const leaving = await world.watch(streams)
      const other = await world.watch(world.two)
      await world.pass()
      await leaving.subscription.stop()
      await world.pass(9_000)
      expect(other.held()).toEqual([1])
      await world.pass(2_000)
      expect(other.held()).toEqual([0, 1])
    })
  })
})
