import type { Readable, Writable } from 'node:stream'
import { printable, printableWithColours } from '@holdfast/schemas'
import { CommanderError } from 'commander'
import { createColors } from 'picocolors'
import { buildProgram } from './program.ts'
import { Failure, type Terminal } from './terminal.ts'

/** The environment, streams, clock and signals of the process. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: Readable
  readonly stdout: Writable & { readonly isTTY?: boolean }
  readonly stderr: Writable & { readonly isTTY?: boolean }
  now(): Date
  /** As in `Terminal`. */
  interruption(): AbortSignal
}

/** Runs `holdfast` with these arguments. Returns its exit code. */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  let exitCode = 0
  const terminal = createTerminal(surroundings, code => {
    exitCode = code
  })
  try {
    const program = await buildProgram(terminal, args)
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    // Commander has already printed what is wrong with the arguments. Its own codes are 0 for help and 1 for the rest.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    terminal.tell(error instanceof Failure ? `holdfast: ${error.message}` : `holdfast: ${(error as Error).stack}`)
    return 2
  }
}

function createTerminal({ env, stdin, stdout, stderr, now, interruption }: Surroundings, setExitCode: Terminal['setExitCode']): Terminal {
  const isPlain = Boolean(env.NO_COLOR) || !stdout.isTTY
  return {
    settings: {
      url: env.HOLDFAST_URL || 'http://127.0.0.1:8080',
      token: env.HOLDFAST_TOKEN || undefined,
      keyFile: env.HOLDFAST_KEY || undefined,
      operatorToken: env.HOLDFAST_OPERATOR_TOKEN || undefined,
      dataDir: env.HOLDFAST_DATA || '.holdfast',
      environment: env,
    },
    // Each command makes its output printable. This is the safeguard for one that does not.
    write: text =>
      new Promise(resolve => {
        if (stdout.write(isPlain ? printable(text) : printableWithColours(text))) resolve()
        else stdout.once('drain', resolve)
      }),
    tell: line => void stderr.write(`${printable(line)}\n`),
    showProgress: text => {
      if (stderr.isTTY) stderr.write(`\r\u001b[K${text ?? ''}`)
    },
    stdin,
    colors: createColors(!isPlain),
    now,
    interruption,
    setExitCode,
  }
}
