import type { ChildProcess } from 'node:child_process'

const children = new Set<ChildProcess>()

// One listener for all: each start of a part would add another, and Node warns of the eleventh.
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/** However this process ends, the other one does not outlive it. */
export function endWithUs(child: ChildProcess): void {
  children.add(child)
  child.once('exit', () => children.delete(child))
}
