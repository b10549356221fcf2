import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** What the reader said: its lines, the last of which counts, and how it ended. */
export interface Reading {
  readonly lines: readonly string[]
  readonly code: number | null
  readonly err: string
}

/** The reader of docs/vectors, run on these files, or on those beside it. */
export type PythonReader = (...files: string[]) => Reading

const reader = join(import.meta.dirname, '../../docs/vectors/reader/check.py')

/** Where there is no Python 3.8 or later it prints one line that says so and gives undefined, or throws when HOLDFAST_REQUIRE names python. */
export function findPythonReader(): PythonReader | undefined {
  const why = whyNoPython(process.env)
  if (why === undefined) return read
  console.log(`The vectors are not read in Python: ${why}`)
  return undefined
}

/** Undefined where there is one; throws where there is none and it is required. */
export function whyNoPython(env: NodeJS.ProcessEnv): string | undefined {
  const { status } = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 8))'], { env })
  if (status === 0) return undefined
  const why = 'there is no python3 of version 3.8 or later (Debian: apt-get install python3)'
  if (env.HOLDFAST_REQUIRE?.split(',').includes('python')) throw new Error(`Python is required: ${why}`)
  return why
}

function read(...files: string[]): Reading {
  // A second and a half on an idle machine.
  const { stdout, stderr, status } = spawnSync('python3', [reader, ...files], { encoding: 'utf8', timeout: 60_000, maxBuffer: 10_000_000 })
  return { lines: stdout.trimEnd().split('\n'), code: status, err: stderr }
}
