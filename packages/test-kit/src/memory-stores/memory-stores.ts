import type { ClaimIndex, IdempotencyStore, SnapshotStore } from '@holdfast/stores'
import { createMemoryClaims } from './claims.ts'
import { createMemoryIdempotency } from './idempotency.ts'
import { type Perform, performAtOnce } from './perform.ts'
import { createMemorySnapshots } from './snapshots.ts'
import { copyOf, emptyState, type MemoryServer, type StoresState } from './state.ts'

export interface MemoryStoresOptions {
  /** The clock of the server, in milliseconds since 1970: leases and retention are counted by it. */
  nowMs(): number
  /** Whether it stands for a server that several processes use, as it does by default, or for a file that one has. */
  readonly isShared?: boolean
}

/**
 * The stores in this process, which forget everything with it: what a Redis is to its drivers. Its clients are the ports, one for each process that is simulated.
 * Everything is done at once and in the order of the calls; nothing of it is by chance.
 */
export interface MemoryStores {
  /** `perform` is by default: each call is done at once. */
  idempotency(perform?: Perform): IdempotencyStore
  snapshots(namespace: string, perform?: Perform): SnapshotStore
  /** Those of payment stops, where no prefix of a workflow is given. */
  claims(perform?: Perform, topicPrefix?: string): ClaimIndex
  /** Forgets everything, while the server runs on. */
  flush(): void
  /** All that is there now, as a dump. */
  copy(): StoresState
  /** The server is started again with a dump: what was written since is not there, and no partition of the claims counts as complete. */
  restore(copy: StoresState): void
}

export function createMemoryStores({ nowMs, isShared = true }: MemoryStoresOptions): MemoryStores {
  let state = emptyState()
  let run = 1
  let owners = 0
  const server: MemoryServer = {
    nowMs,
    isShared,
    state: () => state,
    run: () => run,
    nextOwner() {
      owners += 1
      return owners
    },
  }
  return {
    idempotency: (perform = performAtOnce) => createMemoryIdempotency(server, perform),
    snapshots: (namespace, perform = performAtOnce) => createMemorySnapshots(server, namespace, perform),
    claims: (perform = performAtOnce, topicPrefix = 'freeze') => createMemoryClaims(server, topicPrefix, perform),
    flush() {
      state = emptyState()
    },
    copy: () => copyOf(state),
    restore(copy) {
      state = copyOf(copy)
      run += 1
    },
  }
}
