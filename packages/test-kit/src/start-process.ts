import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import type { Socket } from 'node:net'

/**
 * Reads lines `+ GROUP` and `- GROUP`, and kills the process groups that remain at the end of its input. The kernel closes the input however the
 * starter ends. Any POSIX shell runs it.
 */
const watchScript = `
trap '' HUP INT TERM
groups=
while read -r sign group; do
  if [ "$sign" = + ]; then groups="$groups $group"; continue; fi
  rest=
  for each in $groups; do [ "$each" = "$group" ] || rest="$rest $each"; done
  groups=$rest
done
for group in $groups; do kill -s KILL -- "-$group"; done
`

/** Vitest loads this module for each test file, also into a process that several files share. One watcher serves the whole process. */
const place = globalThis as { [key: symbol]: Socket | undefined }
const key = Symbol.for('holdfast.process-watcher')

/**
 * Starts a process as `spawn` does, in a session and process group of its own. SIGKILL ends the group when its first process ends, and when this
 * process ends in any way, including SIGKILL. A process that `fork` would start has `ipc` in its `stdio`.
 */
export const startProcess = ((command: string, args: readonly string[], options: SpawnOptions): ChildProcess => {
  place[key] ??= startWatcher()
  const watcher = place[key]
  const child = spawn(command, args, { ...options, env: withTemporaryFolder(options.env), detached: true })
  const { pid } = child
  if (pid === undefined) return child
  watcher.write(`+ ${pid}\n`)
  child.once('exit', () => {
    killGroup(pid)
    watcher.write(`- ${pid}\n`)
  })
  return child
}) as typeof spawn

/** The input of a process that outlives this one for the moment that it takes to kill what is left. */
function startWatcher(): Socket {
  const watcher = spawn('/bin/sh', ['-c', watchScript], { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  // Tests run without a watcher too; only an early end of this process then leaves processes behind.
  watcher.on('error', () => undefined)
  watcher.unref()
  const input = watcher.stdin as Socket
  input.on('error', () => undefined)
  return input.unref()
}

/** A test run has a temporary folder of its own. Processes with a chosen environment use it too. */
function withTemporaryFolder(env: NodeJS.ProcessEnv | undefined): NodeJS.ProcessEnv | undefined {
  const { TMPDIR } = process.env
  return env && TMPDIR ? { TMPDIR, ...env } : env
}

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL')
  } catch {
    // No process of the group is left.
  }
}
