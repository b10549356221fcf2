import type { ChildProcess } from 'node:child_process'
import { constants, setPriority } from 'node:os'

/** A solver works for minutes and waits for nobody: what else there is to do on the machine goes first. */
export function lowerPriority({ pid }: ChildProcess): void {
  if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW)
}
