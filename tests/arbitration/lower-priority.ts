import type { ChildProcess } from 'node:child_process'
import { constants, setPriority } from 'node:os'

/** A solver works for minutes, so other work on the machine has priority. */
export function lowerPriority({ pid }: ChildProcess): void {
  if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW)
}
