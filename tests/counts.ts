export interface Counts {
  passed: number
  failed: number
  skipped: number
}

/**
 * The result of a run, from the counts of its reporter (undefined without a report) and vitest's exit status. A run
 * without tests, or one that failed without naming a failure, counts as one failure. `mayBeEmpty` is for a run of
 * changed files, which can be none.
 */
export function judge(counted: Counts | undefined, exitCode: number, { mayBeEmpty = false } = {}): Counts {
  const counts = counted ?? { passed: 0, failed: 0, skipped: 0 }
  const silent = counts.failed === 0 && ((counts.passed === 0 && !mayBeEmpty) || exitCode !== 0)
  return silent ? { ...counts, failed: 1 } : counts
}

/**
 * The last line of `npm test`, for people and scripts: `N passed, N failed`, and the number skipped where there are
 * any.
 */
export const closingLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
