import type { SnapshotStore } from '@holdfast/stores'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  createPartitionHarness,
  definition,
  line,
  notesOf,
  type PartitionHarness,
  refusedLine,
  type Seen,
} from '../test/partition-harness.ts'
import type { PartitionState } from './partition-state.ts'
import { StateLostError } from './write-behind-store.ts'

let world: PartitionHarness
beforeEach(async () => {
  world = await createPartitionHarness()
})
afterEach(() => world.close())

describe('opening', () => {
  test('an empty partition starts at its first offset and saves it, so that a store that loses it is detected', async () => {
    const partition = await world.open()
    expect(partition.position).toBe(0)
    expect(await world.snapshotOffsetOf()).toBe(0)
    expect(await partition.load(['a'])).toEqual(new Map())
    expect(world.rebuilt).toEqual([])
  })

  test('applies all facts, and reports a rebuild when the store had no states', async () => {
    await world.append([line('a', 1), line('b', 1), line('a', 2)])
    const partition = await world.open()
    expect(partition.position).toBe(3)
    expect(await notesOf(partition, 'a', 'b', 'c')).toEqual({ a: 'a1 a2', b: 'b1' })
    expect(world.rebuilt).toEqual([['the store had no states of this partition', 3]])
  })

  test('applies only new facts when opened again, and reports no rebuild', async () => {
    await world.append([line('a', 1), line('a', 2)])
    await world.open()
    await world.append([line('a', 3)])
    world.rebuilt.length = 0
    const applied: string[] = []
    const partition = await world.open({
      evolve(state, fact, offset) {
        applied.push(fact.id)
        return definition.evolve(state, fact, offset)
      },
    })
    expect(applied).toEqual(['a/3'])
    expect(await notesOf(partition, 'a')).toEqual({ a: 'a1 a2 a3' })
    expect(world.rebuilt).toEqual([])
  })

  test('up to an offset leaves the rest for the caller', async () => {
    await world.append([line('a', 1), line('a', 2), line('a', 3)])
    const partition = await world.open({ until: 2 })
    expect(partition.position).toBe(2)
    expect(await notesOf(partition, 'a')).toEqual({ a: 'a1 a2' })
    expect(await world.takeAll(partition)).toEqual(['a/3'])
  })

  test('up to an offset beyond the end stops at the end', async () => {
    expect((await world.open({ until: 9 })).position).toBe(0)
    await world.append([line('a', 1)])
    expect((await world.open({ until: 9 })).position).toBe(1)
  })

  test('up to an offset before the snapshot offset continues at the snapshot offset: the caller had saved and not yet committed', async () => {
    await world.append([line('a', 1), line('a', 2), line('a', 3)])
    await world.open()
    const partition = await world.open({ until: 1 })
    expect(partition.position).toBe(3)
    expect(await world.takeAll(partition, 1)).toEqual([])
  })

  test('reads its own partition only', async () => {
    await world.append([line('a', 1)])
    await world.append([line('b', 1), line('b', 2)], 1)
    const partition = await world.open({ partition: 1 })
    expect(await notesOf(partition, 'a', 'b')).toEqual({ b: 'b1 b2' })
    expect(await world.snapshotOffsetOf()).toBeUndefined()
  })

  test('passes each batch to onCaughtUp before it is saved: when that fails, the same facts come again', async () => {
    await world.append([line('a', 1), line('a', 2)])
    const onCaughtUp = async () => {
      expect(await world.snapshotOffsetOf()).toBeUndefined()
      throw new Error('payments are unreachable')
    }
    await expect(world.open({ onCaughtUp })).rejects.toThrow('payments are unreachable')
    const given: string[] = []
    await world.open({ onCaughtUp: async accepted => given.push(...accepted.map(({ fact }) => fact.id)) })
    expect(given).toEqual(['a/1', 'a/2'])
  })

  test('stops when the partition is lost meanwhile', async () => {
    await world.append([line('a', 1)])
    await expect(world.open({ signal: AbortSignal.abort(new Error('lost the partition')) })).rejects.toThrow('lost the partition')
    expect(await world.snapshotOffsetOf()).toBeUndefined()
  })

  test('applies more requests than memory holds and more facts than one read returns', async () => {
    const ids = Array.from({ length: 2500 }, (_, i) => `r${i}`)
    for (const sequence of [1, 2])
      for (let from = 0; from < ids.length; from += 500) await world.append(ids.slice(from, from + 500).map(id => line(id, sequence)))
    const partition = await world.open()
    expect(world.rebuilt).toEqual([['the store had no states of this partition', 5000]])
    const states = await partition.load(ids)
    expect(states.size).toBe(2500)
    for (const id of ids) expect(states.get(id)?.notes).toEqual([`${id}1`, `${id}2`])
  })
})

describe('records', () => {
  test('that are noise are dropped: a repeat, a late one, an early one', async () => {
    const partition = await world.open()
    await world.append([
      line('a', 1),
      line('a', 1, { note: 'again' }),
      line('a', 3),
      line('a', 2),
      line('a', 2, { note: 'late' }),
      line('b', 2),
    ])
    expect(await world.takeAll(partition)).toEqual(['a/1', 'a/2'])
    expect(await notesOf(partition, 'a', 'b')).toEqual({ a: 'a1 a2' })
    expect(partition.position).toBe(6)
  })

  test('are returned with their offset, and the state before and after', async () => {
    await world.append([line('a', 1)])
    const offsets: number[] = []
    const partition = await world.open({
      evolve: (state, fact, offset) => {
        offsets.push(offset)
        return definition.evolve(state, fact, offset)
      },
    })
    await world.append([line('a', 2), 'no fact', line('b', 1), line('a', 3)])
    const { accepted } = await partition.apply(await world.recordsFrom(1))
    expect(accepted.map(({ fact, offset, before, state }) => [fact.id, offset, before?.notes, state.notes])).toEqual([
      ['a/2', 1, ['a1'], ['a1', 'a2']],
      ['b/1', 3, undefined, ['b1']],
      ['a/3', 4, ['a1', 'a2'], ['a1', 'a2', 'a3']],
    ])
    expect(offsets).toEqual([0, 1, 3, 4])
  })

  test('before the position are skipped unread', async () => {
    await world.append([line('a', 1), 'no fact', line('a', 2)])
    const partition = await world.open()
    await world.append([line('a', 3)])
    expect(await world.takeAll(partition, 0)).toEqual(['a/3'])
    expect(await world.takeAll(partition, 0)).toEqual([])
    expect(partition.position).toBe(4)
    expect(world.unreadable).toHaveLength(1)
  })

  test('of which none is new cause no call to the store', async () => {
    await world.append([line('a', 1)])
    let saves = 0
    const counted: SnapshotStore = {
      ...world.store,
      save(...args) {
        saves += 1
        return world.store.save(...args)
      },
    }
    const partition = await world.open({ store: counted })
    expect(saves).toBe(1)
    await world.takeAll(partition, 0)
    expect(saves).toBe(1)
  })

  test('that cannot be read are reported once and skipped, also at opening', async () => {
    await world.append(['no fact', line('a', 1), JSON.stringify({ type: 'holdfast.fact.v1.InterimReported' }), line('a', 2), '{'])
    const partition = await world.open()
    expect(partition.position).toBe(5)
    expect(await notesOf(partition, 'a')).toEqual({ a: 'a1 a2' })
    expect(world.unreadable.map(([offset]) => offset)).toEqual([0, 2, 4])
    expect(world.unreadable[1]?.[1]).toBe('no subject, id or cause')
    await world.append(['[]', line('a', 3)])
    expect(await world.takeAll(partition)).toEqual(['a/3'])
    expect(world.unreadable.map(([offset]) => offset)).toEqual([0, 2, 4, 5])
    await world.open()
    expect(world.unreadable).toHaveLength(4)
  })

  test('whose effects failed are applied again with the same result', async () => {
    const partition = await world.open()
    await world.append([line('a', 1), line('a', 2)])
    const first = await partition.apply(await world.recordsFrom(0))
    expect(partition.position).toBe(0)
    expect(await partition.load(['a'])).toEqual(new Map())
    const second = await partition.apply(await world.recordsFrom(0))
    expect(second.accepted).toEqual(first.accepted)
    await second.save()
    expect(partition.position).toBe(2)
  })

  test('without any accepted fact still move the snapshot offset', async () => {
    const partition = await world.open()
    await world.append([line('a', 2), 'no fact'])
    await world.takeAll(partition)
    expect(await world.snapshotOffsetOf()).toBe(2)
  })
})

describe('deadlines', () => {
  test('are returned earliest first, at their instant and not before, up to the limit', async () => {
    const due = (id: string, dueAtMs: number) => line(id, 1, { note: '', dueAtMs })
    await world.append([due('late', 300), due('soon', 100), due('next', 200), line('never', 1)])
    const partition = await world.open()
    expect(await partition.due(99, 10)).toEqual([])
    expect(await partition.due(100, 10)).toEqual(['soon'])
    expect(await partition.due(1_000, 2)).toEqual(['soon', 'next'])
    expect(await partition.due(Number.MAX_SAFE_INTEGER, 10)).toEqual(['soon', 'next', 'late'])
  })

  test('change and end with the state', async () => {
    await world.append([line('a', 1, { note: '', dueAtMs: 100 }), line('b', 1, { note: '', dueAtMs: 100 })])
    const partition = await world.open()
    await world.append([line('a', 2), line('b', 2, { note: '', dueAtMs: 200 })])
    await world.takeAll(partition)
    expect(await partition.due(150, 10)).toEqual([])
    expect(await partition.due(200, 10)).toEqual(['b'])
  })
})

describe('random faults', () => {
  const subject = fc.constantFrom('a', 'b', 'c')
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ does: fc.constant('append' as const), subject, ahead: fc.constantFrom(1, 1, 1, 0, -1, 2) }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('nonsense' as const, 'take' as const, 'takeUnsaved' as const) }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('forget' as const, 'restart' as const, 'other' as const) }) },
  )

  /** Opens again until it works, as a stage does. */
  async function patiently<T>(
    partition: PartitionState<Seen>,
    work: (partition: PartitionState<Seen>) => Promise<T>,
  ): Promise<PartitionState<Seen>> {
    try {
      await work(partition)
      return partition
    } catch (error) {
      if (!(error instanceof StateLostError)) throw error
      const fresh = await world.open()
      await work(fresh)
      return fresh
    }
  }

  test('of store, owner and log leave the states that the log defines', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async steps => {
        await world.close()
        world = await createPartitionHarness()
        const model = new Map<string, string[]>()
        let partition = await world.open()
        let count = 0
        for (const it of steps) {
          if (it.does === 'append') {
            const notes = model.get(it.subject) ?? []
            const note = `n${count++}`
            await world.append([line(it.subject, notes.length + it.ahead, { note })])
            if (it.ahead === 1) model.set(it.subject, [...notes, note])
          } else if (it.does === 'nonsense') await world.append(['no fact'])
          else if (it.does === 'take') partition = await patiently(partition, world.takeAll)
          else if (it.does === 'takeUnsaved')
            partition = await patiently(partition, async one => one.apply(await world.recordsFrom(one.position)))
          else if (it.does === 'forget') await world.store.clear(0)
          else if (it.does === 'restart') partition = await world.open()
          else if (it.does === 'other') await world.takeAll(await world.open())
        }
        partition = await patiently(partition, world.takeAll)
        partition = await patiently(partition, one => one.due(0, 1))
        const states = await partition.load(['a', 'b', 'c'])
        expect(Object.fromEntries([...states].map(([id, state]) => [id, state.notes]))).toEqual(Object.fromEntries(model))
      }),
      { numRuns: 60, seed: 4711 },
    )
  })
})

describe('refused commands', () => {
  const withRefusals = {
    evolveRefusal: (state: Seen | undefined, { id }: { id: string }) =>
      state ? { accepted: true, state: { ...state, notes: [...state.notes, id] } } : { accepted: false, state },
  }

  test('are handed to the reader in the order of the log, apart from the facts', async () => {
    const partition = await world.open(withRefusals)
    await world.append([refusedLine('a', 1), line('a', 1), refusedLine('a', 2), line('a', 2)])
    const batch = await partition.apply(await world.recordsFrom(0))
    await batch.save()
    expect(batch.accepted.map(({ fact }) => fact.id)).toEqual(['a/1', 'a/2'])
    expect(batch.refused.map(({ refused, state }) => [refused.id, state.notes])).toEqual([['a/refused/2', ['a1', 'a/refused/2']]])
    expect(await notesOf(partition, 'a')).toEqual({ a: 'a1 a/refused/2 a2' })
    expect(world.unreadable).toEqual([])
    expect(await notesOf(await world.open(withRefusals), 'a')).toEqual({ a: 'a1 a/refused/2 a2' })
  })

  test('that are dropped change nothing, and are not reported as unreadable', async () => {
    const partition = await world.open()
    await world.append([line('a', 1), refusedLine('a', 1), line('a', 2)])
    const batch = await partition.apply(await world.recordsFrom(0))
    expect([batch.accepted.map(({ fact }) => fact.id), batch.refused]).toEqual([['a/1', 'a/2'], []])
    await batch.save()
    expect(partition.position).toBe(3)
    expect(world.unreadable).toEqual([])
  })

  test('with a damaged envelope are reported', async () => {
    const partition = await world.open()
    const damaged = ['subject', 'afterhash', 'actor'].map(name => JSON.stringify({ ...JSON.parse(refusedLine('a', 1)), [name]: undefined }))
    await world.append(damaged)
    expect(await world.takeAll(partition)).toEqual([])
    expect(world.unreadable).toEqual([
      [0, 'no subject, id or cause'],
      [1, 'no position after a history'],
      [2, 'no actor or reason'],
    ])
  })
})
