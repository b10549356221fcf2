import { type SnapshotStore, StoreUnavailableError } from '@holdfast/stores'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createPartitionHarness, line, notesOf, type PartitionHarness } from '../test/partition-harness.ts'
import { StateLostError } from './write-behind-store.ts'

let world: PartitionHarness
let saves: number
let tries: number
/** A store that counts its saves, and fails while it is unreachable. */
let isAway: boolean
let store: SnapshotStore

beforeEach(async () => {
  world = await createPartitionHarness()
  saves = 0
  tries = 0
  isAway = false
  store = {
    ...world.store,
    async save(...args) {
      tries++
      if (isAway) throw new StoreUnavailableError('away')
      saves++
      return world.store.save(...args)
    },
  }
})
afterEach(() => world.close())

const taken = async (partition: Awaited<ReturnType<PartitionHarness['open']>>) => {
  const batch = await partition.apply(await world.recordsFrom(partition.position))
  await batch.save()
}

describe('states of a write-behind store', () => {
  test('are known to the owner at once, and stored a second later, many batches in one save', async () => {
    const partition = await world.open({ store })
    const opened = saves
    for (const sequence of [1, 2, 3]) {
      await world.append([line('a', sequence)])
      await taken(partition)
    }
    expect([partition.position, await notesOf(partition, 'a')]).toEqual([3, { a: 'a1 a2 a3' }])
    expect([saves, await world.snapshotOffsetOf()]).toEqual([opened, 0])
    await vi.waitFor(async () => expect(await world.snapshotOffsetOf()).toBe(3), 10_000)
    expect(saves).toBe(opened + 1)
    expect(await notesOf(await world.open(), 'a')).toEqual({ a: 'a1 a2 a3' })
    await partition.close()
  })

  test('that were unsaved at a crash are derived again by the next owner, and no others', async () => {
    const dead = await world.open({ store })
    await world.append([line('a', 1), line('b', 1)])
    await taken(dead)
    await dead.flush()
    await world.append([line('a', 2)])
    await taken(dead)
    expect(await world.snapshotOffsetOf()).toBe(2)
    const next = await world.open({ store })
    expect([next.position, await notesOf(next, 'a', 'b')]).toEqual([3, { a: 'a1 a2', b: 'b1' }])
  })

  test('are saved when the owner closes the partition', async () => {
    const partition = await world.open({ store })
    await world.append([line('a', 1)])
    await taken(partition)
    await partition.close()
    expect(await world.snapshotOffsetOf()).toBe(1)
  })

  test('are not saved by an owner that lost the partition: its records may be undone', async () => {
    const lost = new AbortController()
    const partition = await world.open({ store, signal: lost.signal })
    await world.append([line('a', 1)])
    await taken(partition)
    lost.abort(new Error('lost the partition'))
    await expect(partition.flush()).rejects.toThrow('lost the partition')
    await new Promise(resolve => setTimeout(resolve, 1_200))
    await partition.close()
    expect(await world.snapshotOffsetOf()).toBe(0)
  })

  test('wait while the store is unreachable, and are saved once it is back', async () => {
    const partition = await world.open({ store })
    await world.append([line('a', 1), line('b', 1)])
    isAway = true
    await taken(partition)
    await expect(partition.flush()).rejects.toThrow(StoreUnavailableError)
    await world.append([line('a', 2)])
    await taken(partition)
    isAway = false
    await vi.waitFor(async () => expect(await world.snapshotOffsetOf()).toBe(3), 10_000)
    expect(await notesOf(await world.open(), 'a', 'b')).toEqual({ a: 'a1 a2', b: 'b1' })
    await partition.close()
  })

  test('report a failed save once, and not with each retry', async () => {
    const faults: string[] = []
    const partition = await world.open({ store, onSaveFault: error => faults.push((error as Error).message) })
    await world.append([line('a', 1)])
    isAway = true
    await taken(partition)
    await vi.waitFor(() => expect(tries).toBeGreaterThanOrEqual(3), 10_000)
    expect(faults).toEqual(['away'])
    isAway = false
    await vi.waitFor(async () => expect(await world.snapshotOffsetOf()).toBe(1), 10_000)
    await world.append([line('a', 2)])
    isAway = true
    await taken(partition)
    await vi.waitFor(() => expect(faults).toEqual(['away', 'away']), 10_000)
    isAway = false
    await partition.close()
  })

  test('throw for every later caller once the store has lost them', async () => {
    const partition = await world.open({ store })
    await world.append([line('a', 1)])
    await taken(partition)
    await world.store.clear(0)
    await expect(partition.flush()).rejects.toThrow(StateLostError)
    await world.append([line('a', 2)])
    await expect(taken(partition)).rejects.toThrow(StateLostError)
    await expect(partition.load(['a'])).rejects.toThrow(StateLostError)
    expect(await world.snapshotOffsetOf()).toBeUndefined()
  })

  test('are saved before a deadline check, so that a new deadline is not missed', async () => {
    const partition = await world.open({ store })
    await world.append([line('a', 1, { note: 'soon', dueAtMs: 100 })])
    await taken(partition)
    expect(await partition.due(100, 10)).toEqual(['a'])
    await partition.close()
  })

  test('that change while they are being saved are saved again', async () => {
    const gate = Promise.withResolvers<void>()
    const slow: SnapshotStore = {
      ...store,
      async save(...args) {
        if (args[2] > 0) await gate.promise
        return store.save(...args)
      },
    }
    const partition = await world.open({ store: slow })
    await world.append([line('a', 1)])
    await taken(partition)
    const flushed = partition.flush()
    await world.append([line('a', 2)])
    await taken(partition)
    gate.resolve()
    await flushed
    expect(await world.snapshotOffsetOf()).toBe(1)
    await partition.flush()
    expect(await world.snapshotOffsetOf()).toBe(2)
    expect(await notesOf(await world.open(), 'a')).toEqual({ a: 'a1 a2' })
    await partition.close()
  })
})

test('states in a shared store are saved with each batch', async () => {
  const partition = await world.open({ store: { ...store, isShared: true } })
  await world.append([line('a', 1)])
  await taken(partition)
  expect(await world.snapshotOffsetOf()).toBe(1)
})
