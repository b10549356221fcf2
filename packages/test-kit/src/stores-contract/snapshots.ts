import { entriesMax, type SnapshotEntry, type SnapshotStore } from '@holdfast/stores'
import { beforeEach, describe, expect, it } from 'vitest'
import { awkward } from './awkward.ts'

export interface SnapshotHarness {
  /** An unused world: gives the store of each namespace in it. */
  open(): Promise<(namespace: string) => SnapshotStore>
}

/** What each promise of the snapshot port means. */
export function describeSnapshotContract(name: string, harness: SnapshotHarness): void {
  describe(`${name}: snapshots`, () => {
    let world: (namespace: string) => SnapshotStore
    let store: SnapshotStore
    const entry = (id: string, snapshot: string, dueAtMs?: number): SnapshotEntry =>
      dueAtMs === undefined ? { id, snapshot } : { id, snapshot, dueAtMs }
    const idsDue = async (nowMs: number, limit = 100): Promise<string[]> => (await store.due(0, nowMs, limit)).ids

    beforeEach(async () => {
      world = await harness.open()
      store = world('ledger')
    })

    it('knows nothing of a partition that was never saved', async () => {
      expect(await store.load(0, ['a'])).toEqual({ snapshotOffset: undefined, snapshots: new Map() })
      expect(await store.load(0, [])).toEqual({ snapshotOffset: undefined, snapshots: new Map() })
      expect(await store.due(0, Number.MAX_SAFE_INTEGER, 10)).toEqual({ snapshotOffset: undefined, ids: [] })
    })

    it('gives back what was saved, byte for byte, and leaves out ids it does not know', async () => {
      expect(await store.save(0, undefined, 3, [entry('a', awkward), entry(awkward, 'by an awkward id')])).toBe('saved')
      const loaded = await store.load(0, ['unknown', 'a', awkward, 'a'])
      expect(loaded.snapshotOffset).toBe(3)
      expect([...loaded.snapshots]).toEqual([
        ['a', awkward],
        [awkward, 'by an awkward id'],
      ])
    })

    it('replaces a snapshot, and keeps the others', async () => {
      await store.save(0, undefined, 1, [entry('a', 'one'), entry('b', 'one')])
      await store.save(0, 1, 2, [entry('a', 'two')])
      const { snapshots } = await store.load(0, ['a', 'b'])
      expect(Object.fromEntries(snapshots)).toEqual({ a: 'two', b: 'one' })
    })

    it('moves the snapshot offset where nothing changed but the offset', async () => {
      expect(await store.save(0, undefined, 0, [])).toBe('saved')
      expect(await store.save(0, 0, 0, [])).toBe('saved')
      expect(await store.save(0, 0, 9_007_199_254_740_991, [])).toBe('saved')
      expect((await store.load(0, [])).snapshotOffset).toBe(9_007_199_254_740_991)
    })

    it('refuses a writer who comes late, and saves nothing of what it brings', async () => {
      await store.save(0, undefined, 5, [entry('a', 'five', 50)])
      expect(await store.save(0, 3, 4, [entry('a', 'stale', 10), entry('b', 'stale')])).toBe('ahead')
      expect(await store.save(0, undefined, 9, [entry('a', 'stale')])).toBe('ahead')
      expect(await store.load(0, ['a', 'b'])).toEqual({ snapshotOffset: 5, snapshots: new Map([['a', 'five']]) })
      expect(await idsDue(49)).toEqual([])
    })

    it('never goes backwards, not even when asked to', async () => {
      await store.save(0, undefined, 5, [])
      await expect(store.save(0, 5, 4, [])).rejects.toThrow(RangeError)
      await expect(store.save(0, 5, Number.NaN, [])).rejects.toThrow(RangeError)
      expect((await store.load(0, [])).snapshotOffset).toBe(5)
    })

    it('lets exactly one of many writers that expect the same snapshot offset save', async () => {
      await store.save(0, undefined, 1, [])
      const outcomes = await Promise.all(Array.from({ length: 20 }, (_, index) => store.save(0, 1, 2 + index, [entry('a', `${index}`)])))
      expect(outcomes.filter(outcome => outcome === 'saved')).toHaveLength(1)
      expect(outcomes.filter(outcome => outcome === 'ahead')).toHaveLength(19)
      const winner = outcomes.indexOf('saved')
      expect(await store.load(0, ['a'])).toEqual({ snapshotOffset: 2 + winner, snapshots: new Map([['a', `${winner}`]]) })
    })

    it('tells the owner that it forgot, and can be filled again', async () => {
      await store.save(0, undefined, 7, [entry('a', 'seven', 70)])
      await store.clear(0)
      expect(await store.load(0, ['a'])).toEqual({ snapshotOffset: undefined, snapshots: new Map() })
      expect(await idsDue(1_000)).toEqual([])
      expect(await store.save(0, 7, 8, [entry('a', 'eight')])).toBe('lost')
      expect(await store.load(0, ['a'])).toEqual({ snapshotOffset: undefined, snapshots: new Map() })
      expect(await store.save(0, undefined, 8, [entry('a', 'derived again')])).toBe('saved')
    })

    it('tells the owner that it holds an older state than the owner left', async () => {
      await store.save(0, undefined, 5, [entry('a', 'five')])
      expect(await store.save(0, 9, 10, [entry('a', 'ten')])).toBe('lost')
      expect(await store.load(0, ['a'])).toEqual({ snapshotOffset: 5, snapshots: new Map([['a', 'five']]) })
    })

    it('lists what is due, earliest first, at most as many as asked for', async () => {
      await store.save(0, undefined, 4, [
        entry('c', '', 300),
        entry('a', '', 100),
        entry('d', ''),
        entry('b', '', 200),
        entry('aa', '', 100),
      ])
      expect(await store.due(0, 99, 10)).toEqual({ snapshotOffset: 4, ids: [] })
      expect(await store.due(0, 200, 10)).toEqual({ snapshotOffset: 4, ids: ['a', 'aa', 'b'] })
      expect(await store.due(0, Number.MAX_SAFE_INTEGER, 2)).toEqual({ snapshotOffset: 4, ids: ['a', 'aa'] })
      expect(await idsDue(Number.MAX_SAFE_INTEGER, 0)).toEqual([])
      await expect(idsDue(200, -1)).rejects.toThrow(RangeError)
      await expect(idsDue(200, entriesMax + 1)).rejects.toThrow(RangeError)
    })

    it('moves a deadline with its snapshot, and drops it where none is armed any more', async () => {
      await store.save(0, undefined, 1, [entry('a', '', 1_790_000_000_000), entry('b', '', 1_790_000_000_000)])
      await store.save(0, 1, 2, [entry('a', '', 1_790_000_000_001), entry('b', '')])
      expect(await idsDue(1_790_000_000_000)).toEqual([])
      expect(await idsDue(1_790_000_000_001)).toEqual(['a'])
    })

    it('takes the last entry where one save names an id twice', async () => {
      await store.save(0, undefined, 1, [entry('a', 'first', 100), entry('b', 'first'), entry('a', 'last'), entry('b', 'last', 200)])
      const { snapshots } = await store.load(0, ['a', 'b'])
      expect(Object.fromEntries(snapshots)).toEqual({ a: 'last', b: 'last' })
      expect(await idsDue(1_000)).toEqual(['b'])
    })

    it('keeps partitions apart', async () => {
      await store.save(1, undefined, 1, [entry('a', 'of 1', 100)])
      await store.save(11, undefined, 11, [entry('a', 'of 11', 100)])
      await store.clear(1)
      expect(await store.load(1, ['a'])).toEqual({ snapshotOffset: undefined, snapshots: new Map() })
      expect(await store.load(11, ['a'])).toEqual({ snapshotOffset: 11, snapshots: new Map([['a', 'of 11']]) })
      expect((await store.due(11, 100, 10)).ids).toEqual(['a'])
    })

    it('keeps namespaces apart', async () => {
      const other = world('dispatch')
      await store.save(0, undefined, 1, [entry('a', 'of the ledger', 100)])
      await other.save(0, undefined, 2, [entry('a', 'of dispatch', 200)])
      await store.clear(0)
      expect(await other.load(0, ['a'])).toEqual({ snapshotOffset: 2, snapshots: new Map([['a', 'of dispatch']]) })
      expect(await other.due(0, 1_000, 10)).toEqual({ snapshotOffset: 2, ids: ['a'] })
    })

    it('saves and loads as much as a call may name', async () => {
      const many = Array.from({ length: entriesMax }, (_, index) => entry(`request-${index}`, `${index} ${awkward}`, index))
      expect(await store.save(0, undefined, 1, many)).toBe('saved')
      const ids = many.map(each => each.id)
      const { snapshots } = await store.load(0, ids)
      expect([...snapshots]).toEqual(many.map(each => [each.id, each.snapshot]))
      expect(await idsDue(entriesMax, entriesMax)).toEqual(ids)
      await expect(store.save(0, 1, 2, [...many, entry('one more', '')])).rejects.toThrow(RangeError)
      await expect(store.load(0, [...ids, 'one more'])).rejects.toThrow(RangeError)
    })
  })
}
