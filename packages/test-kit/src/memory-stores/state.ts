/** The server as its clients see it. */
export interface MemoryServer {
  readonly isShared: boolean
  nowMs(): number
  state(): StoresState
  /** Another one after each start. */
  run(): number
  /** No two owners of a partition are the same, however often the server was restored. */
  nextOwner(): number
}

/** All that the stores hold. Entries are never changed, only replaced, so that a copy needs to copy the maps alone. */
export interface StoresState {
  readonly idempotency: Map<string, StoredClaim>
  readonly usedTokens: Map<string, { readonly usedFor: string; readonly keptUntilMs: number }>
  /** By namespace and partition. */
  readonly snapshots: Map<string, StoredPartition>
  /** By workflow. */
  readonly claims: Map<string, StoredIndex>
}

export interface StoredClaim {
  readonly fingerprint: string
  /** Undefined while it is a claim. */
  readonly response: string | undefined
  readonly keptUntilMs: number
  readonly leasedUntilMs: number
  readonly firstAt?: string | undefined
}

export interface StoredPartition {
  readonly snapshotOffset: number
  readonly entries: Map<string, { readonly snapshot: string; readonly dueAtMs: number | undefined }>
}

export interface StoredIndex {
  /** Of each payment the requests, in the order in which they came. */
  readonly requests: Map<string, readonly { readonly requestId: string; readonly country: string }[]>
  readonly partitions: Map<number, StoredOwner>
}

export interface StoredOwner {
  readonly owner: number
  readonly position: number | undefined
  /** The run of the server on which it was completed. */
  readonly completedOn: number | undefined
}

export const emptyState = (): StoresState => ({
  idempotency: new Map(),
  usedTokens: new Map(),
  snapshots: new Map(),
  claims: new Map(),
})

export const copyOf = ({ idempotency, usedTokens, snapshots, claims }: StoresState): StoresState => ({
  idempotency: new Map(idempotency),
  usedTokens: new Map(usedTokens),
  snapshots: new Map([...snapshots].map(([name, { snapshotOffset, entries }]) => [name, { snapshotOffset, entries: new Map(entries) }])),
  claims: new Map(
    [...claims].map(([workflow, { requests, partitions }]) => [workflow, { requests: new Map(requests), partitions: new Map(partitions) }]),
  ),
})
