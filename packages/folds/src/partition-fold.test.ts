import type { SnapshotStore } from '@holdfast/stores'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFoldWorld, definition, type FoldWorld, line, notesOf, refusedLine, type Seen } from '../test/fold-world.ts'
import type { PartitionFold } from './partition-fold.ts'
import { StateLostError } from './write-behind-store.ts'

let world: FoldWorld
beforeEach(async () => {
  world = await createFoldWorld()
})
afterEach(() => world.close())

describe('opening', () => {
  test('an empty partition stands at its start and leaves a checkpoint, so that a store that forgets is noticed', async () => {
    const fold = await world.open()
    expect(fold.position).toBe(0)
    expect(await world.checkpointOf()).toBe(0)
    expect(await fold.load(['a'])).toEqual(new Map())
    expect(world.rebuilt).toEqual([])
  })

  test('folds what there is, and says so when the store knew nothing', async () => {
    await world.append([line('a', 1), line('b', 1), line('a', 2)])
    const fold = await world.open()
    expect(fold.position).toBe(3)
    expect(await notesOf(fold, 'a', 'b', 'c')).toEqual({ a: 'a1 a2', b: 'b1' })
    expect(world.rebuilt).toEqual([['the store knew nothing of the partition', 3]])
  })

  test('again folds the tail only, and there is nothing to say', async () => {
    await world.append([line('a', 1), line('a', 2)])
    await world.open()
    await world.append([line('a', 3)])
    world.rebuilt.length = 0
    const folded: string[] = []
    const fold = await world.open({
      fold(state, fact, offset) {
        folded.push(fact.id)
        return definition.fold(state, fact, offset)
      },
    })
    expect(folded).toEqual(['a/3'])
    expect(await notesOf(fold, 'a')).toEqual({ a: 'a1 a2 a3' })
    expect(world.rebuilt).toEqual([])
  })

  test('up to an offset leaves the rest for the caller', async () => {
    await world.append([line('a', 1), line('a', 2), line('a', 3)])
    const fold = await world.open({ until: 2 })
    expect(fold.position).toBe(2)
    expect(await notesOf(fold, 'a')).toEqual({ a: 'a1 a2' })
    expect(await world.takeAll(fold)).toEqual(['a/3'])
  })

  test('up to an offset that is not there yet stops at the end', async () => {
    expect((await world.open({ until: 9 })).position).toBe(0)
    await world.append([line('a', 1)])
    expect((await world.open({ until: 9 })).position).toBe(1)
  })

  test('up to an offset before the checkpoint goes on from the checkpoint: the caller had saved and not yet said so', async () => {
    await world.append([line('a', 1), line('a', 2), line('a', 3)])
    await world.open()
    const fold = await world.open({ until: 1 })
    expect(fold.position).toBe(3)
    expect(await world.takeAll(fold, 1)).toEqual([])
  })

  test('reads its own partition only', async () => {
    await world.append([line('a', 1)])
    await world.append([line('b', 1), line('b', 2)], 1)
    const fold = await world.open({ partition: 1 })
    expect(await notesOf(fold, 'a', 'b')).toEqual({ b: 'b1 b2' })
    expect(await world.checkpointOf()).toBeUndefined()
  })

  test('gives each batch to who keeps more than states, before it is saved: when that fails the same facts come again', async () => {
    await world.append([line('a', 1), line('a', 2)])
    const onCaughtUp = async () => {
      expect(await world.checkpointOf()).toBeUndefined()
      throw new Error('payments are away')
    }
    await expect(world.open({ onCaughtUp })).rejects.toThrow('payments are away')
    const given: string[] = []
    await world.open({ onCaughtUp: async accepted => given.push(...accepted.map(({ fact }) => fact.id)) })
    expect(given).toEqual(['a/1', 'a/2'])
  })

  test('ends when the partition is lost meanwhile', async () => {
    await world.append([line('a', 1)])
    await expect(world.open({ signal: AbortSignal.abort(new Error('lost the partition')) })).rejects.toThrow('lost the partition')
    expect(await world.checkpointOf()).toBeUndefined()
  })

  test('folds more requests than memory keeps and more facts than one read gives', async () => {
    const ids = Array.from({ length: 2500 }, (_, i) => `r${i}`)
    for (const sequence of [1, 2])
      for (let from = 0; from < ids.length; from += 500) await world.append(ids.slice(from, from + 500).map(id => line(id, sequence)))
    const fold = await world.open()
    expect(world.rebuilt).toEqual([['the store knew nothing of the partition', 5000]])
    const states = await fold.load(ids)
    expect(states.size).toBe(2500)
    for (const id of ids) expect(states.get(id)?.notes).toEqual([`${id}1`, `${id}2`])
  })
})

describe('records', () => {
  test('that are noise are dropped: a repeat, a latecomer, one that is too early', async () => {
    const fold = await world.open()
    await world.append([
      line('a', 1),
      line('a', 1, { note: 'again' }),
      line('a', 3),
      line('a', 2),
      line('a', 2, { note: 'late' }),
      line('b', 2),
    ])
    expect(await world.takeAll(fold)).toEqual(['a/1', 'a/2'])
    expect(await notesOf(fold, 'a', 'b')).toEqual({ a: 'a1 a2' })
    expect(fold.position).toBe(6)
  })

  test('are given with the place where each lies, the state it met and the one it led to', async () => {
    await world.append([line('a', 1)])
    const offsets: number[] = []
    const fold = await world.open({
      fold: (state, fact, offset) => {
        offsets.push(offset)
        return definition.fold(state, fact, offset)
      },
    })
    await world.append([line('a', 2), 'no fact', line('b', 1), line('a', 3)])
    const { accepted } = await fold.take(await world.recordsFrom(1))
    expect(accepted.map(({ fact, offset, before, state }) => [fact.id, offset, before?.notes, state.notes])).toEqual([
      ['a/2', 1, ['a1'], ['a1', 'a2']],
      ['b/1', 3, undefined, ['b1']],
      ['a/3', 4, ['a1', 'a2'], ['a1', 'a2', 'a3']],
    ])
    expect(offsets).toEqual([0, 1, 3, 4])
  })

  test('before the position are passed over, unread', async () => {
    await world.append([line('a', 1), 'no fact', line('a', 2)])
    const fold = await world.open()
    await world.append([line('a', 3)])
    expect(await world.takeAll(fold, 0)).toEqual(['a/3'])
    expect(await world.takeAll(fold, 0)).toEqual([])
    expect(fold.position).toBe(4)
    expect(world.unreadable).toHaveLength(1)
  })

  test('of which none is new are not worth a call to the store', async () => {
    await world.append([line('a', 1)])
    let saves = 0
    const counted: SnapshotStore = {
      ...world.store,
      save(...args) {
        saves += 1
        return world.store.save(...args)
      },
    }
    const fold = await world.open({ store: counted })
    expect(saves).toBe(1)
    await world.takeAll(fold, 0)
    expect(saves).toBe(1)
  })

  test('that can not be read are told and passed over, also at opening, and not told again', async () => {
    await world.append(['no fact', line('a', 1), JSON.stringify({ type: 'holdfast.fact.v1.InterimReported' }), line('a', 2), '{'])
    const fold = await world.open()
    expect(fold.position).toBe(5)
    expect(await notesOf(fold, 'a')).toEqual({ a: 'a1 a2' })
    expect(world.unreadable.map(([offset]) => offset)).toEqual([0, 2, 4])
    expect(world.unreadable[1]?.[1]).toBe('no subject, id or cause')
    await world.append(['[]', line('a', 3)])
    expect(await world.takeAll(fold)).toEqual(['a/3'])
    expect(world.unreadable.map(([offset]) => offset)).toEqual([0, 2, 4, 5])
    await world.open()
    expect(world.unreadable).toHaveLength(4)
  })

  test('whose effects failed are taken again, the same way', async () => {
    const fold = await world.open()
    await world.append([line('a', 1), line('a', 2)])
    const first = await fold.take(await world.recordsFrom(0))
    expect(fold.position).toBe(0)
    expect(await fold.load(['a'])).toEqual(new Map())
    const second = await fold.take(await world.recordsFrom(0))
    expect(second.accepted).toEqual(first.accepted)
    await second.save()
    expect(fold.position).toBe(2)
  })

  test('without any fact that counts still move the checkpoint', async () => {
    const fold = await world.open()
    await world.append([line('a', 2), 'no fact'])
    await world.takeAll(fold)
    expect(await world.checkpointOf()).toBe(2)
  })
})

describe('deadlines', () => {
  test('are due earliest first, at their instant and not before, as many as are wanted', async () => {
    const due = (id: string, dueAtMs: number) => line(id, 1, { note: '', dueAtMs })
    await world.append([due('late', 300), due('soon', 100), due('next', 200), line('never', 1)])
    const fold = await world.open()
    expect(await fold.due(99, 10)).toEqual([])
    expect(await fold.due(100, 10)).toEqual(['soon'])
    expect(await fold.due(1_000, 2)).toEqual(['soon', 'next'])
    expect(await fold.due(Number.MAX_SAFE_INTEGER, 10)).toEqual(['soon', 'next', 'late'])
  })

  test('move and go with the state', async () => {
    await world.append([line('a', 1, { note: '', dueAtMs: 100 }), line('b', 1, { note: '', dueAtMs: 100 })])
    const fold = await world.open()
    await world.append([line('a', 2), line('b', 2, { note: '', dueAtMs: 200 })])
    await world.takeAll(fold)
    expect(await fold.due(150, 10)).toEqual([])
    expect(await fold.due(200, 10)).toEqual(['b'])
  })
})

describe('whatever happens', () => {
  const subject = fc.constantFrom('a', 'b', 'c')
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ does: fc.constant('append' as const), subject, ahead: fc.constantFrom(1, 1, 1, 0, -1, 2) }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('nonsense' as const, 'take' as const, 'takeUnsaved' as const) }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('forget' as const, 'restart' as const, 'other' as const) }) },
  )

  /** Opens again until it works, as a stage does. */
  async function patiently<T>(fold: PartitionFold<Seen>, work: (fold: PartitionFold<Seen>) => Promise<T>): Promise<PartitionFold<Seen>> {
    try {
      await work(fold)
      return fold
    } catch (error) {
      if (!(error instanceof StateLostError)) throw error
      const fresh = await world.open()
      await work(fresh)
      return fresh
    }
  }

  test('to the store, the owner and the log, the states are those of the log', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async steps => {
        await world.close()
        world = await createFoldWorld()
        const model = new Map<string, string[]>()
        let fold = await world.open()
        let count = 0
        for (const it of steps) {
          if (it.does === 'append') {
            const notes = model.get(it.subject) ?? []
            const note = `n${count++}`
            await world.append([line(it.subject, notes.length + it.ahead, { note })])
            if (it.ahead === 1) model.set(it.subject, [...notes, note])
          } else if (it.does === 'nonsense') await world.append(['no fact'])
          else if (it.does === 'take') fold = await patiently(fold, world.takeAll)
          else if (it.does === 'takeUnsaved') fold = await patiently(fold, async one => one.take(await world.recordsFrom(one.position)))
          else if (it.does === 'forget') await world.store.clear(0)
          else if (it.does === 'restart') fold = await world.open()
          else if (it.does === 'other') await world.takeAll(await world.open())
        }
        fold = await patiently(fold, world.takeAll)
        fold = await patiently(fold, one => one.due(0, 1))
        const states = await fold.load(['a', 'b', 'c'])
        expect(Object.fromEntries([...states].map(([id, state]) => [id, state.notes]))).toEqual(Object.fromEntries(model))
      }),
      { numRuns: 60, seed: 4711 },
    )
  })
})

describe('refused commands', () => {
  const folding = {
    foldRefusal: (state: Seen | undefined, { id }: { id: string }) =>
      state ? { accepted: true, state: { ...state, notes: [...state.notes, id] } } : { accepted: false, state },
  }

  test('are handed to the reader in the order of the log, apart from the facts', async () => {
    const fold = await world.open(folding)
    await world.append([refusedLine('a', 1), line('a', 1), refusedLine('a', 2), line('a', 2)])
    const batch = await fold.take(await world.recordsFrom(0))
    await batch.save()
    expect(batch.accepted.map(({ fact }) => fact.id)).toEqual(['a/1', 'a/2'])
    expect(batch.refused.map(({ refused, state }) => [refused.id, state.notes])).toEqual([['a/refused/2', ['a1', 'a/refused/2']]])
    expect(await notesOf(fold, 'a')).toEqual({ a: 'a1 a/refused/2 a2' })
    expect(world.unreadable).toEqual([])
    expect(await notesOf(await world.open(folding), 'a')).toEqual({ a: 'a1 a/refused/2 a2' })
  })

  test('that the fold drops change nothing, and are not unreadable', async () => {
    const fold = await world.open()
    await world.append([line('a', 1), refusedLine('a', 1), line('a', 2)])
    const batch = await fold.take(await world.recordsFrom(0))
    expect([batch.accepted.map(({ fact }) => fact.id), batch.refused]).toEqual([['a/1', 'a/2'], []])
    await batch.save()
    expect(fold.position).toBe(3)
    expect(world.unreadable).toEqual([])
  })

  test('of which the frame is damaged are told', async () => {
    const fold = await world.open()
    const damaged = ['subject', 'afterhash', 'actor'].map(name => JSON.stringify({ ...JSON.parse(refusedLine('a', 1)), [name]: undefined }))
    await world.append(damaged)
    expect(await world.takeAll(fold)).toEqual([])
    expect(world.unreadable).toEqual([
      [0, 'no subject, id or cause'],
      [1, 'no place beside a history'],
      [2, 'no actor or reason'],
    ])
  })
})
