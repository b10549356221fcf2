import type { Played } from './play.ts'
import type { Screen } from './screen.ts'

/** Prints whether the story went as expected, lists the deviations, and returns the exit code. */
export function conclude({ line, colors }: Screen, { checks, problems }: Played, seconds: number): 0 | 1 {
  line()
  if (problems.length === 0) {
    line(colors.green(`  All as expected: ${checks} checks in ${seconds.toFixed(1)} s.`))
    return 0
  }
  line(colors.red(`  NOT AS EXPECTED (${checks} checks in ${seconds.toFixed(1)} s):`))
  for (const problem of problems) line(`  ✗ ${problem}`)
  return 1
}
