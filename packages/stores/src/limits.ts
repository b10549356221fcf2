/**
 * The most keys, ids or entries of one call. The largest batch of a stream has 2,000 records. 5,000 snapshots of 2 kB
 * take Redis some 60 ms, well below its time limit of 500 ms on a busy machine.
 */
export const entriesMax = 5_000

/** Throws RangeError for more than `entriesMax` entries. */
export function assertEntries(entries: readonly unknown[]): void {
  if (entries.length > entriesMax) throw new RangeError(`${entries.length} entries in one call, at most ${entriesMax} are allowed`)
}

/** Throws RangeError unless the limit is a whole number from 0 to `entriesMax`. */
export function assertLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 0 || limit > entriesMax)
    throw new RangeError(`A limit of ${limit} is not within 0 and ${entriesMax}`)
}

/** Throws RangeError unless the snapshot offset is at or after the expected one. */
export function assertForward(expected: number | undefined, snapshotOffset: number): void {
  if (!Number.isSafeInteger(snapshotOffset) || snapshotOffset < (expected ?? 0)) {
    throw new RangeError(`A snapshot offset can't go from ${expected ?? 'nothing'} to ${snapshotOffset}`)
  }
}
