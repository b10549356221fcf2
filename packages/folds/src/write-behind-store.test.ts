import { type SnapshotStore, StoreUnavailableError } from '@holdfast/stores'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createFoldWorld, type FoldWorld, line, notesOf } from '../test/fold-world.ts'
import { StateLostError } from './write-behind-store.ts'

let world: FoldWorld
let saves: number
let tries: number
/** The store of the world, its saves counted, and failing while it is away. */
let isAway: boolean
let store: SnapshotStore

beforeEach(async () => {
  world = await createFoldWorld()
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

const taken = async (fold: Awaited<ReturnType<FoldWorld['open']>>) => {
  const batch = await fold.take(await world.recordsFrom(fold.position))
  await batch.save()
}

describe('states that are saved behind', () => {
  test('are known to the owner at once, and are in the store a second later, many batches in one save', async () => {
    const fold = await world.open({ store })
    const opened = saves
    for (const sequence of [1, 2, 3]) {
      await world.append([line('a', sequence)])
      await taken(fold)
    }
    expect([fold.position, await notesOf(fold, 'a')]).toEqual([3, { a: 'a1 a2 a3' }])
    expect([saves, await world.checkpointOf()]).toEqual([opened, 0])
    await vi.waitFor(async () => expect(await world.checkpointOf()).toBe(3), 10_000)
    expect(saves).toBe(opened + 1)
    expect(await notesOf(await world.open(), 'a')).toEqual({ a: 'a1 a2 a3' })
    await fold.close()
  })

  test('are folded again by who opens the partition after a crash, and no others', async () => {
    const dead = await world.open({ store })
    await world.append([line('a', 1), line('b', 1)])
    await taken(dead)
    await dead.flush()
    await world.append([line('a', 2)])
    await taken(dead)
    expect(await world.checkpointOf()).toBe(2)
    const next = await world.open({ store })
    expect([next.position, await notesOf(next, 'a', 'b')]).toEqual([3, { a: 'a1 a2', b: 'b1' }])
  })

  test('are saved when the owner is done with them', async () => {
    const fold = await world.open({ store })
    await world.append([line('a', 1)])
    await taken(fold)
    await fold.close()
    expect(await world.checkpointOf()).toBe(1)
  })

  test('are not saved any more by who has lost the partition: what they were folded from may be undone', async () => {
    const lost = new AbortController()
    const fold = await world.open({ store, signal: lost.signal })
    await world.append([line('a', 1)])
    await taken(fold)
    lost.abort(new Error('lost the partition'))
    await expect(fold.flush()).rejects.toThrow('lost the partition')
    await new Promise(resolve => setTimeout(resolve, 1_200))
    await fold.close()
    expect(await world.checkpointOf()).toBe(0)
  })

  test('wait while the store is away, and are saved once it is back', async () => {
    const fold = await world.open({ store })
    await world.append([line('a', 1), line('b', 1)])
    isAway = true
    await taken(fold)
    await expect(fold.flush()).rejects.toThrow(StoreUnavailableError)
    await world.append([line('a', 2)])
    await taken(fold)
    isAway = false
    await vi.waitFor(async () => expect(await world.checkpointOf()).toBe(3), 10_000)
    expect(await notesOf(await world.open(), 'a', 'b')).toEqual({ a: 'a1 a2', b: 'b1' })
    await fold.close()
  })

  test('say that they can not be saved while the store is away, once, and not with each try', async () => {
    const faults: string[] = []
    const fold = await world.open({ store, onSaveFault: error => faults.push((error as Error).message) })
    await world.append([line('a', 1)])
    isAway = true
    await taken(fold)
    await vi.waitFor(() => expect(tries).toBeGreaterThanOrEqual(3), 10_000)
    expect(faults).toEqual(['away'])
    isAway = false
    await vi.waitFor(async () => expect(await world.checkpointOf()).toBe(1), 10_000)
    await world.append([line('a', 2)])
    isAway = true
    await taken(fold)
    await vi.waitFor(() => expect(faults).toEqual(['away', 'away']), 10_000)
    isAway = false
    await fold.close()
  })

  test('are seen to be lost by whoever comes next, where the store has forgotten', async () => {
    const fold = await world.open({ store })
    await world.append([line('a', 1)])
    await taken(fold)
    await world.store.clear(0)
    await expect(fold.flush()).rejects.toThrow(StateLostError)
    await world.append([line('a', 2)])
    await expect(taken(fold)).rejects.toThrow(StateLostError)
    await expect(fold.load(['a'])).rejects.toThrow(StateLostError)
    expect(await world.checkpointOf()).toBeUndefined()
  })

  test('are saved before deadlines are looked for, so that none that has just begun to run is missed', async () => {
    const fold = await world.open({ store })
    await world.append([line('a', 1, { note: 'soon', dueAtMs: 100 })])
    await taken(fold)
    expect(await fold.due(100, 10)).toEqual(['a'])
    await fold.close()
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
    const fold = await world.open({ store: slow })
    await world.append([line('a', 1)])
    await taken(fold)
    const flushed = fold.flush()
    await world.append([line('a', 2)])
    await taken(fold)
    gate.resolve()
    await flushed
    expect(await world.checkpointOf()).toBe(1)
    await fold.flush()
    expect(await world.checkpointOf()).toBe(2)
    expect(await notesOf(await world.open(), 'a')).toEqual({ a: 'a1 a2' })
    await fold.close()
  })
})

test('states in a store that others read are saved with each batch', async () => {
  const fold = await world.open({ store: { ...store, isShared: true } })
  await world.append([line('a', 1)])
  await taken(fold)
  expect(await world.checkpointOf()).toBe(1)
})
