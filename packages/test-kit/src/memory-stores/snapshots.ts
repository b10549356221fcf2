import type { SaveOutcome, SnapshotStore } from '@holdfast/stores'
import { assertEntries, assertForward, assertLimit } from '@holdfast/stores/driver/limits'
import type { Perform } from './perform.ts'
import type { MemoryServer } from './state.ts'

export function createMemorySnapshots(server: MemoryServer, namespace: string, perform: Perform): SnapshotStore {
  const held = () => server.state().snapshots
  const nameOf = (partition: number): string => `${namespace}:${partition}`
  const ask = <T>(operation: string, partition: number, writes: boolean, work: () => T): Promise<T> =>
    perform({ port: 'snapshots', operation, partition, writes }, work)

  return {
    isShared: server.isShared,
    async load(partition, ids) {
      assertEntries(ids)
      return ask('load', partition, false, () => {
        const found = held().get(nameOf(partition))
        const snapshots = new Map<string, string>()
        for (const id of ids) {
          const entry = found?.entries.get(id)
          if (entry) snapshots.set(id, entry.snapshot)
        }
        return { snapshotOffset: found?.snapshotOffset, snapshots }
      })
    },
    async save(partition, expected, snapshotOffset, saved) {
      assertEntries(saved)
      assertForward(expected, snapshotOffset)
      return ask('save', partition, true, (): SaveOutcome => {
        const found = held().get(nameOf(partition))
        // -1 stands for nothing stored, which is behind every offset.
        if (found?.snapshotOffset !== expected) return (found?.snapshotOffset ?? -1) < (expected ?? -1) ? 'lost' : 'ahead'
        const entries = found?.entries ?? new Map()
        for (const { id, snapshot, dueAtMs } of saved) entries.set(id, { snapshot, dueAtMs })
        held().set(nameOf(partition), { snapshotOffset, entries })
        return 'saved'
      })
    },
    async due(partition, nowMs, limit) {
      assertLimit(limit)
      return ask('due', partition, false, () => {
        const found = held().get(nameOf(partition))
        const due: { readonly id: string; readonly dueAtMs: number }[] = []
        for (const [id, { dueAtMs }] of found?.entries ?? []) if (dueAtMs !== undefined && dueAtMs <= nowMs) due.push({ id, dueAtMs })
        due.sort((one, other) => one.dueAtMs - other.dueAtMs || (one.id < other.id ? -1 : 1))
        return { snapshotOffset: found?.snapshotOffset, ids: due.slice(0, limit).map(({ id }) => id) }
      })
    },
    clear: partition => ask('clear', partition, true, () => void held().delete(nameOf(partition))),
  }
}
