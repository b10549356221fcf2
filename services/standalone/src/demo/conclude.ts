import type { Played } from './play.ts'
import type { Screen } from './screen.ts'

/** Says whether all was as told, names what was not, and returns the exit code. */
export function conclude({ line, colors }: Screen, { checks, problems }: Played, seconds: number): 0 | 1 {
  line()
  if (problems.length === 0) {
    line(colors.green(`  All as told: ${checks} checks in ${seconds.toFixed(1)} s.`))
    return 0
  }
  line(colors.red(`  NOT AS TOLD (${checks} checks in ${seconds.toFixed(1)} s):`))
  for (const problem of problems) line(`  ✗ ${problem}`)
  return 1
}
