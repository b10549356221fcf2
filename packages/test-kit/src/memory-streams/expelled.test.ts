import { describe, expect, test, vi } from 'vitest'
import { buildRecords, createGate, valuesOf, type WatchedStage } from '../streams-contract/harness.ts'
import { topic, useMemoryWorld } from './memory-world.ts'

describe('streams on a log in memory', () => {
  const world = useMemoryWorld()
  const assignmentOf = (stage: WatchedStage, partition = 0) =>
    stage.opened.findLast(({ assignment }) => assignment.partition === partition)?.assignment

  describe('of a client that was expelled and does not know it', () => {
    test('take what it writes and refuse what it commits, while it and its successor work on one partition', async () => {
      const stale = await world.watch(world.one, {
        onBatch: async (records, { partition }) => {
          if (partition === 0) await world.one.append(topic, 1, buildRecords(records.length, 'stale '))
        },
      })
      await world.pass()
      world.log.expel(world.one)
      const fresh = await world.watch(world.two)
      await world.pass()
      expect([stale.held(), fresh.held()]).toEqual([
        [0, 1],
        [0, 1],
      ])
      await world.one.append(topic, 0, buildRecords(1, 'both see '))
      await world.pass(1)
      for (const stage of [stale, fresh]) expect(valuesOf(stage.received)).toContain('both see 0')
      expect(world.lying(1)).toContain('stale 0')
      expect(() => assignmentOf(stale)?.throwIfLost()).not.toThrow()
      expect(assignmentOf(stale)?.signal.aborted).toBe(false)
      await fresh.subscription.stop()
      const left = await world.position()
      await world.one.append(topic, 0, buildRecords(3, 'only the stale one sees '))
      await world.pass(5_000)
      expect(valuesOf(stale.received)).toContain('only the stale one sees 2')
      expect(await world.position()).toBe(left)
    })

    test('release all its partitions and join again when it learns it', async () => {
      const stale = await world.watch(world.one)
      const other = await world.watch(world.two)
      await world.pass()
      expect([stale.held(), other.held()]).toEqual([[0], [1]])
      world.log.expel(world.one)
      await world.pass()
      expect([stale.held(), other.held()]).toEqual([[0], [0, 1]])
      const held = assignmentOf(stale)
      world.log.tellExpelled(world.one)
      expect(held?.signal.aborted).toBe(true)
      expect(() => held?.throwIfLost()).toThrow()
      await world.pass()
      // It has joined behind the other.
      expect([stale.held(), other.held()]).toEqual([[1], [0]])
      await world.one.append(topic, 1, buildRecords(2, 'again '))
      await world.pass()
      expect(valuesOf(stale.received)).toEqual(['again 0', 'again 1'])
      expect(await world.position(1)).toBe(2)
    })

    test('do not open its partition again before its late worker has ended, which commits nothing', async () => {
      const gate = createGate()
      const stage = await world.watch(world.one, { onBatch: records => (records[0]?.value === 'late 0' ? gate.opened : undefined) })
      await world.one.append(topic, 0, buildRecords(1, 'late '))
      await world.pass()
      world.log.expel(world.one)
      world.log.tellExpelled(world.one)
      await world.pass()
      expect(stage.opened.filter(({ assignment }) => assignment.partition === 0)).toHaveLength(1)
      expect(await world.position()).toBeUndefined()
      gate.open()
      await world.pass()
      // Given again: it was not committed.
      expect(valuesOf(stage.received)).toEqual(['late 0', 'late 0'])
      expect(await world.position()).toBe(1)
    })
  })

  test('give what a client had to the others at once when it crashed, and nothing goes to it or comes from it', async () => {
    const crashed = await world.watch(world.one)
    const other = await world.watch(world.two)
    await world.pass()
    world.log.forget(world.one)
    await world.pass(1)
    expect(other.held()).toEqual([0, 1])
    const heard = vi.fn()
    void world.one.append(topic, 0, buildRecords(1, 'never ')).then(heard, heard)
    await world.two.append(topic, 0, buildRecords(1, 'after '))
    await world.pass()
    expect([world.lying(), valuesOf(other.received), crashed.received, heard.mock.calls]).toEqual([['after 0'], ['after 0'], [], []])
  })

  test('release a partition whose worker does not end, after as long as on Kafka', async () => {
    const gate = createGate()
    const stuck = await world.watch(world.one, { onBatch: (_, { partition }) => (partition === 1 ? gate.opened : undefined) })
    await world.one.append(topic, 1, buildRecords(1))
    await world.pass()
    const other = await world.watch(world.two)
    await world.pass(11_000)
    expect(other.held()).toEqual([])
    await world.pass(2_000)
    expect([stuck.held(), other.held()]).toEqual([[0, 1], [1]])
    expect(valuesOf(other.received)).toEqual(['v0'])
    gate.open()
  })
})
