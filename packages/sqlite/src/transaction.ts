/** Work done since the last commit, which shares the next one. */
export interface Transaction {
  readonly begunMs: number
  /** When the last hold ended. */
  freeMs: number
  readonly committed: PromiseWithResolvers<void>
  /** What must be durable elsewhere before this commits. */
  readonly holds: Set<Promise<unknown>>
  /** A caller awaits the commit and adds nothing more. */
  isAwaited: boolean
  operations: number
  /** The count at the end of the previous turn, and the number of turns without a change. */
  operationsBefore: number
  idleTurns: number
}

/**
 * Commit after this many event-loop turns without new work, or after this time, so that dependent writes share one
 * commit.
 */
const idleTurnsMin = 2
const openMsMax = 3
/** While the previous commit is being synced, more work may join. */
const busyMsMax = 20

export function createTransaction(): Transaction {
  const committed = Promise.withResolvers<void>()
  // Avoids an unhandled rejection: a caller need not await it.
  committed.promise.catch(() => undefined)
  const begunMs = performance.now()
  return { begunMs, freeMs: begunMs, committed, holds: new Set(), isAwaited: false, operations: 0, operationsBefore: 0, idleTurns: 0 }
}

/** Call it at the end of each event-loop turn. */
export function countIdleTurns(open: Transaction): void {
  open.idleTurns = open.operations === open.operationsBefore ? open.idleTurns + 1 : 0
  open.operationsBefore = open.operations
}

/** Whether a transaction without holds should commit now. */
export function isReadyToCommit({ freeMs, idleTurns, isAwaited }: Transaction, isDiskBusy: boolean): boolean {
  if (isAwaited) return true
  const openMs = performance.now() - freeMs
  return isDiskBusy ? openMs >= busyMsMax : idleTurns >= idleTurnsMin || openMs >= openMsMax
}

/** False when other callers have already waited long. */
export const canHold = ({ begunMs }: Transaction): boolean => performance.now() - begunMs <= openMsMax

/** Delays the commit until `first` resolves. `free` is called when the last hold ends, `fail` if `first` rejects. */
export function hold(
  open: Transaction,
  first: Promise<unknown>,
  { free, fail }: { readonly free: () => unknown; readonly fail: (error: Error) => unknown },
): void {
  open.holds.add(first)
  first.then(() => {
    open.holds.delete(first)
    if (open.holds.size > 0) return
    open.freeMs = performance.now()
    free()
  }, fail)
}
