import { Readable, Writable } from 'node:stream'
import { run } from '@holdfast/cli/run'
import { afterAll, beforeAll } from 'vitest'

export interface CommandRun {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly input?: string | Buffer
  readonly env?: Readonly<Record<string, string>>
  /** Aborts as Ctrl-C does. */
  readonly interruption?: AbortSignal
}

/** Runs `holdfast` in this process: a process of its own takes half a second to start. Paths are relative to the working directory of this process. */
export async function runHoldfast(
  args: readonly string[],
  { input = '', env = {}, interruption = new AbortController().signal }: RunOptions = {},
): Promise<CommandRun> {
  const [stdout, stderr] = [createCollector(), createCollector()]
  const code = await run(args, {
    env,
    stdin: Readable.from([Buffer.from(input)], { objectMode: false }),
    stdout,
    stderr,
    now: () => new Date(),
    interruption: () => interruption,
  })
  return { code, out: stdout.text(), err: stderr.text() }
}

function createCollector(): Writable & { text(): string } {
  const chunks: Buffer[] = []
  const collector = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  return Object.assign(collector, { text: () => Buffer.concat(chunks).toString('utf8') })
}

/** Makes a folder the working directory for the tests of a file. */
export function workIn(folder: string): void {
  const before = process.cwd()
  beforeAll(() => process.chdir(folder))
  afterAll(() => process.chdir(before))
}
