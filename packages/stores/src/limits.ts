/**
 * The most keys, ids or entries one call may name. The largest batch of a stream holds 2,000 records; 5,000 snapshots of 2 kB take Redis some 60 ms,
 * which leaves its time limit of 500 ms to a loaded machine.
 */
export const entriesMax = 5_000

/** Throws RangeError when a call names more than `entriesMax`. */
export function assertEntries(entries: readonly unknown[]): void {
  if (entries.length > entriesMax) throw new RangeError(`${entries.length} entries in one call, at most ${entriesMax} are allowed`)
}

/** Throws RangeError unless the limit of a listing is a whole number from 0 to `entriesMax`. */
export function assertLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 0 || limit > entriesMax)
    throw new RangeError(`A limit of ${limit} is not within 0 and ${entriesMax}`)
}

/** Throws RangeError unless the checkpoint is an offset that lies at or after the expected one. */
export function assertForward(expected: number | undefined, checkpoint: number): void {
  if (!Number.isSafeInteger(checkpoint) || checkpoint < (expected ?? 0)) {
    throw new RangeError(`A checkpoint can't go from ${expected ?? 'nothing'} to ${checkpoint}`)
  }
}
