export interface Counts {
  passed: number
  failed: number
  skipped: number
}

/**
 * What a run amounts to, given what its reporter counted (undefined when it wrote nothing) and how vitest ended. A run that executed no test,
 * or that ended badly without naming a failure, is one failure: silence is no proof. `mayBeEmpty` is for a run of what has changed, which may be nothing.
 */
export function judge(counted: Counts | undefined, exitCode: number, { mayBeEmpty = false } = {}): Counts {
  const counts = counted ?? { passed: 0, failed: 0, skipped: 0 }
  const silent = counts.failed === 0 && ((counts.passed === 0 && !mayBeEmpty) || exitCode !== 0)
  return silent ? { ...counts, failed: 1 } : counts
}

/** The closing line of `npm test`, for people and for what reads it: `N passed, N failed`, and what was skipped where anything was. */
export const closingLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
