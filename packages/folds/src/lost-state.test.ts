import { type SnapshotStore, StoreUnavailableError } from '@holdfast/stores'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFoldWorld, type FoldWorld, line, notesOf, type Seen } from '../test/fold-world.ts'
import type { PartitionFold, PartitionFoldOptions } from './partition-fold.ts'
import { StateLostError } from './write-behind-store.ts'

let world: FoldWorld
beforeEach(async () => {
  world = await createFoldWorld()
})
afterEach(() => world.close())

describe('a store that forgets', () => {
  let fold: PartitionFold<Seen>
  beforeEach(async () => {
    await world.append([line('a', 1, { note: 'a1', dueAtMs: 500 }), line('b', 1), line('a', 2, { note: 'a2', dueAtMs: 500 })])
    fold = await world.open()
    world.rebuilt.length = 0
  })
  const healed = async (options?: Partial<PartitionFoldOptions<Seen>>) => {
    fold = await world.open(options)
    expect(await notesOf(fold, 'a', 'b')).toMatchObject({ a: 'a1 a2', b: 'b1' })
    expect(await fold.due(500, 10)).toEqual(['a'])
  }

  test('everything is noticed by who asks for a request that is not in memory, so that none is opened a second time', async () => {
    await world.store.clear(0)
    await expect(fold.load(['c'])).rejects.toThrow(StateLostError)
    await healed()
    expect(world.rebuilt).toEqual([['the store knew nothing of the partition', 3]])
  })

  test('is noticed at the next look at deadlines', async () => {
    await world.store.clear(0)
    await expect(fold.due(500, 10)).rejects.toThrow('partition 0: the store stands at undefined, not at 3')
    await healed()
  })

  test('is noticed at the next save, and nothing is saved', async () => {
    await world.store.clear(0)
    await world.append([line('a', 3)])
    await expect(world.takeAll(fold)).rejects.toThrow('the store forgot the checkpoint')
    expect(await world.checkpointOf()).toBeUndefined()
    fold = await world.open()
    expect(await notesOf(fold, 'a', 'b')).toEqual({ a: 'a1 a2 a3', b: 'b1' })
  })

  test('is noticed by who asks for what was in memory, once it has been noticed at all', async () => {
    await world.store.clear(0)
    expect(await notesOf(fold, 'a')).toEqual({ a: 'a1 a2' })
    await expect(fold.due(500, 10)).rejects.toThrow(StateLostError)
    await expect(fold.load(['a'])).rejects.toThrow(StateLostError)
  })

  test('a part, restored from an old copy, is noticed in every way and folded from where the copy stands', async () => {
    const copy = world.secondStore()
    await world.open({ store: copy, until: 2 })
    let current = world.store
    const swapped: SnapshotStore = {
      isShared: false,
      load: (...args) => current.load(...args),
      save: (...args) => current.save(...args),
      due: (...args) => current.due(...args),
      clear: (...args) => current.clear(...args),
    }
    fold = await world.open({ store: swapped })
    world.rebuilt.length = 0
    current = copy
    await expect(fold.due(500, 10)).rejects.toThrow('the store stands at 2, not at 3')
    await expect(fold.load(['c'])).rejects.toThrow(StateLostError)
    await world.append([line('c', 1)])
    await expect(world.takeAll(fold)).rejects.toThrow(StateLostError)
    expect(await world.checkpointOf(copy)).toBe(2)
    await healed({ store: swapped })
    expect(await world.checkpointOf(copy)).toBe(4)
    expect(world.rebuilt).toEqual([])
  })

  test('is not one that can not be reached: that may pass by itself', async () => {
    await world.closeStore()
    await expect(fold.load(['c'])).rejects.toThrow(StoreUnavailableError)
    await expect(fold.due(500, 10)).rejects.toThrow(StoreUnavailableError)
    await world.append([line('a', 3)])
    await expect(world.takeAll(fold)).rejects.toThrow(StoreUnavailableError)
  })
})

describe('a store that knows too much', () => {
  test('because it is of another ledger, is cleared and made anew', async () => {
    await world.store.save(0, undefined, 10, [
      { id: 'a', snapshot: '{"sequence":7,"notes":["of another ledger"],"dueAtMs":1}', dueAtMs: 1 },
    ])
    await world.append([line('a', 1)])
    const fold = await world.open()
    expect(await notesOf(fold, 'a')).toEqual({ a: 'a1' })
    expect(await fold.due(1_000, 10)).toEqual([])
    expect(world.lost).toEqual([[10, 1]])
    expect(world.rebuilt).toEqual([['the store knew nothing of the partition', 1]])
  })

  test('because another owner went further, stops the one that woke up late, and keeps what the other saved', async () => {
    await world.append([line('a', 1)])
    const late = await world.open()
    const owner = await world.open()
    await world.append([line('a', 2)])
    await world.takeAll(owner)
    await world.append([line('a', 3)])
    await expect(world.takeAll(late)).rejects.toThrow('another owner went further')
    expect(await world.checkpointOf()).toBe(2)
    await expect(late.load(['a'])).rejects.toThrow('another owner went further')
    expect(await world.takeAll(owner)).toEqual(['a/3'])
    expect(await notesOf(owner, 'a')).toEqual({ a: 'a1 a2 a3' })
  })

  test('because its last answer was lost on the way, is found to be ahead, and nothing is folded twice', async () => {
    let isCut = false
    const cut: SnapshotStore = {
      ...world.store,
      async save(...args) {
        const outcome = await world.store.save(...args)
        if (isCut) throw new StoreUnavailableError('no answer in time')
        return outcome
      },
    }
    const fold = await world.open({ store: cut })
    await world.append([line('a', 1)])
    isCut = true
    await expect(world.takeAll(fold)).rejects.toThrow(StoreUnavailableError)
    isCut = false
    await expect(world.takeAll(fold)).rejects.toThrow(StateLostError)
    expect(await notesOf(await world.open({ store: cut }), 'a')).toEqual({ a: 'a1' })
  })
})

test('a stored state that can not be read makes the partition be folded again', async () => {
  await world.append([line('a', 1), line('b', 1)])
  await world.open()
  const { checkpoint } = await world.store.load(0, [])
  await world.store.save(0, checkpoint, 2, [{ id: 'b', snapshot: 'of another version' }])
  await world.append([line('b', 2)])
  world.rebuilt.length = 0
  await expect(world.open()).rejects.toThrow(/a stored state can't be read/)
  expect(await world.checkpointOf()).toBeUndefined()
  expect(await notesOf(await world.open(), 'a', 'b')).toEqual({ a: 'a1', b: 'b1 b2' })
  expect(world.rebuilt).toEqual([['the store knew nothing of the partition', 3]])
})
