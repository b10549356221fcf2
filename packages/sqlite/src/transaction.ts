/** What was done at once since the last commit, and shares the next one. */
export interface Transaction {
  readonly begunMs: number
  /** Since then nothing holds it. */
  freeMs: number
  readonly committed: PromiseWithResolvers<void>
  /** What has to be elsewhere before this is committed. */
  readonly holds: Set<Promise<unknown>>
  /** Somebody waits for it, and for nothing more to come. */
  isAwaited: boolean
  acts: number
  /** As they were when the turn before ended, and for how many turns they have been. */
  actsBefore: number
  quiet: number
}

/** What was done at once is committed when for so many turns of the event loop nothing more was, and after so long in any case: what follows from one another shares a commit. */
const quietTurns = 2
const openMsMax = 3
/** While the commit before is brought to the disk, more may join the next. */
const busyMsMax = 20

export function createTransaction(): Transaction {
  const committed = Promise.withResolvers<void>()
  // Nobody may wait for it.
  committed.promise.catch(() => undefined)
  const begunMs = performance.now()
  return { begunMs, freeMs: begunMs, committed, holds: new Set(), isAwaited: false, acts: 0, actsBefore: 0, quiet: 0 }
}

/** To be called at the end of each turn of the event loop. */
export function countQuiet(open: Transaction): void {
  open.quiet = open.acts === open.actsBefore ? open.quiet + 1 : 0
  open.actsBefore = open.acts
}

/** Whether what nothing holds is to be committed now. */
export function isRipe({ freeMs, quiet, isAwaited }: Transaction, isDiskBusy: boolean): boolean {
  if (isAwaited) return true
  const openMs = performance.now() - freeMs
  return isDiskBusy ? openMs >= busyMsMax : quiet >= quietTurns || openMs >= openMsMax
}

/** Not where others have waited for long already. */
export const mayBeHeld = ({ begunMs }: Transaction): boolean => performance.now() - begunMs <= openMsMax

/** It is not ripe before `first` resolves. `free` is called once nothing holds it any more, `fail` where `first` rejects. */
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
