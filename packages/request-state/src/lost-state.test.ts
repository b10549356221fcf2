import { type SnapshotStore, StoreUnavailableError } from '@holdfast/stores'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPartitionHarness, line, notesOf, type PartitionHarness, type Seen } from '../test/partition-harness.ts'
import type { PartitionState, PartitionStateOptions } from './partition-state.ts'
import { StateLostError } from './write-behind-store.ts'

let world: PartitionHarness
beforeEach(async () => {
  world = await createPartitionHarness()
})
afterEach(() => world.close())

describe('a store that loses its states', () => {
  let partition: PartitionState<Seen>
  beforeEach(async () => {
    await world.append([line('a', 1, { note: 'a1', dueAtMs: 500 }), line('b', 1), line('a', 2, { note: 'a2', dueAtMs: 500 })])
    partition = await world.open()
    world.rebuilt.length = 0
  })
  const healed = async (options?: Partial<PartitionStateOptions<Seen>>) => {
    partition = await world.open(options)
    expect(await notesOf(partition, 'a', 'b')).toMatchObject({ a: 'a1 a2', b: 'b1' })
    expect(await partition.due(500, 10)).toEqual(['a'])
  }

  test('is detected when a request is loaded that is not in memory, so that none is opened twice', async () => {
    await world.store.clear(0)
    await expect(partition.load(['c'])).rejects.toThrow(StateLostError)
    await healed()
    expect(world.rebuilt).toEqual([['the store had no states of this partition', 3]])
  })

  test('is detected at the next deadline check', async () => {
    await world.store.clear(0)
    await expect(partition.due(500, 10)).rejects.toThrow('partition 0: the store stands at undefined, not at 3')
    await healed()
  })

  test('is detected at the next save, and nothing is saved', async () => {
    await world.store.clear(0)
    await world.append([line('a', 3)])
    await expect(world.takeAll(partition)).rejects.toThrow('the store lost its snapshot offset')
    expect(await world.snapshotOffsetOf()).toBeUndefined()
    partition = await world.open()
    expect(await notesOf(partition, 'a', 'b')).toEqual({ a: 'a1 a2 a3', b: 'b1' })
  })

  test('lets states in memory be read until the loss is detected, and not after', async () => {
    await world.store.clear(0)
    expect(await notesOf(partition, 'a')).toEqual({ a: 'a1 a2' })
    await expect(partition.due(500, 10)).rejects.toThrow(StateLostError)
    await expect(partition.load(['a'])).rejects.toThrow(StateLostError)
  })

  test('and is restored from an old copy is detected at each access, and rebuilt from the snapshot offset of the copy', async () => {
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
    partition = await world.open({ store: swapped })
    world.rebuilt.length = 0
    current = copy
    await expect(partition.due(500, 10)).rejects.toThrow('the store stands at 2, not at 3')
    await expect(partition.load(['c'])).rejects.toThrow(StateLostError)
    await world.append([line('c', 1)])
    await expect(world.takeAll(partition)).rejects.toThrow(StateLostError)
    expect(await world.snapshotOffsetOf(copy)).toBe(2)
    await healed({ store: swapped })
    expect(await world.snapshotOffsetOf(copy)).toBe(4)
    expect(world.rebuilt).toEqual([])
  })

  test('is not one that is unreachable: that fault may pass', async () => {
    await world.closeStore()
    await expect(partition.load(['c'])).rejects.toThrow(StoreUnavailableError)
    await expect(partition.due(500, 10)).rejects.toThrow(StoreUnavailableError)
    await world.append([line('a', 3)])
    await expect(world.takeAll(partition)).rejects.toThrow(StoreUnavailableError)
  })
})

describe('a store that is ahead of its owner', () => {
  test('because it is of another ledger, is cleared and rebuilt', async () => {
    await world.store.save(0, undefined, 10, [
      { id: 'a', snapshot: '{"sequence":7,"notes":["of another ledger"],"dueAtMs":1}', dueAtMs: 1 },
    ])
    await world.append([line('a', 1)])
    const partition = await world.open()
    expect(await notesOf(partition, 'a')).toEqual({ a: 'a1' })
    expect(await partition.due(1_000, 10)).toEqual([])
    expect(world.lost).toEqual([[10, 1]])
    expect(world.rebuilt).toEqual([['the store had no states of this partition', 1]])
  })

  test('because another owner saved a later offset, stops the delayed owner and keeps the states of the other', async () => {
    await world.append([line('a', 1)])
    const late = await world.open()
    const owner = await world.open()
    await world.append([line('a', 2)])
    await world.takeAll(owner)
    await world.append([line('a', 3)])
    await expect(world.takeAll(late)).rejects.toThrow('another owner went further')
    expect(await world.snapshotOffsetOf()).toBe(2)
    await expect(late.load(['a'])).rejects.toThrow('another owner went further')
    expect(await world.takeAll(owner)).toEqual(['a/3'])
    expect(await notesOf(owner, 'a')).toEqual({ a: 'a1 a2 a3' })
  })

  test('because its last answer was lost, is detected, and no fact is applied twice', async () => {
    let isCut = false
    const cut: SnapshotStore = {
      ...world.store,
      async save(...args) {
        const outcome = await world.store.save(...args)
        if (isCut) throw new StoreUnavailableError('no answer in time')
        return outcome
      },
    }
    const partition = await world.open({ store: cut })
    await world.append([line('a', 1)])
    isCut = true
    await expect(world.takeAll(partition)).rejects.toThrow(StoreUnavailableError)
    isCut = false
    await expect(world.takeAll(partition)).rejects.toThrow(StateLostError)
    expect(await notesOf(await world.open({ store: cut }), 'a')).toEqual({ a: 'a1' })
  })
})

test('an unreadable stored state causes a rebuild of the partition', async () => {
  await world.append([line('a', 1), line('b', 1)])
  await world.open()
  const { snapshotOffset } = await world.store.load(0, [])
  await world.store.save(0, snapshotOffset, 2, [{ id: 'b', snapshot: 'of another version' }])
  await world.append([line('b', 2)])
  world.rebuilt.length = 0
  await expect(world.open()).rejects.toThrow(/a stored state can't be read/)
  expect(await world.snapshotOffsetOf()).toBeUndefined()
  expect(await notesOf(await world.open(), 'a', 'b')).toEqual({ a: 'a1', b: 'b1 b2' })
  expect(world.rebuilt).toEqual([['the store had no states of this partition', 3]])
})
