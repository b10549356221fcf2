import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** The output of the reader in lines, of which the last counts, and its exit code. */
export interface Reading {
  readonly lines: readonly string[]
  readonly code: number | null
  readonly err: string
}

/** Runs the reader of docs/vectors on these files, or on those in its folder. */
export type PythonReader = (...files: string[]) => Reading

const reader = join(import.meta.dirname, '../../docs/vectors/reader/check.py')

/** Without Python 3.8 or later prints one line and returns undefined, or throws when HOLDFAST_REQUIRE names python. */
export function findPythonReader(): PythonReader | undefined {
  const why = whyNoPython(process.env)
  if (why === undefined) return read
  console.log(`The vectors are not checked by the Python reader: ${why}`)
  return undefined
}

/** Undefined where Python is installed; throws where it is missing and required. */
export function whyNoPython(env: NodeJS.ProcessEnv): string | undefined {
  const { status } = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))'], { env })
  if (status === 0) return undefined
  const why = 'python3 of version 3.8 or later is not installed (Debian: apt-get install python3)'
  if (env.HOLDFAST_REQUIRE?.split(',').includes('python')) throw new Error(`Python is required: ${why}`)
  return why
}

function read(...files: string[]): Reading {
  // Takes a second and a half on an idle machine.
  const { stdout, stderr, status } = spawnSync('python3', [reader, ...files], { encoding: 'utf8', timeout: 60_000, maxBuffer: 10_000_000 })
  return { lines: stdout.trimEnd().split('\n'), code: status, err: stderr }
}
