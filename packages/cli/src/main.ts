import process from 'node:process'
import { printable, printableWithColours } from '@holdfast/schemas'
import { CommanderError } from 'commander'
import { createColors } from 'picocolors'
import { buildProgram } from './program.ts'
import { Failure, type Terminal } from './terminal.ts'

// Whoever reads the output may stop: `holdfast export | head` is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})
process.stderr.on('error', () => undefined)

const isPlain = Boolean(process.env.NO_COLOR) || !process.stdout.isTTY

const terminal: Terminal = {
  settings: {
    url: process.env.HOLDFAST_URL || 'http://127.0.0.1:8080',
    token: process.env.HOLDFAST_TOKEN || undefined,
    keyFile: process.env.HOLDFAST_KEY || undefined,
    operatorToken: process.env.HOLDFAST_OPERATOR_TOKEN || undefined,
    dataDir: process.env.HOLDFAST_DATA || '.holdfast',
    environment: process.env,
  },
  // Each command takes care of what it prints; this is for the one that forgets.
  write: text =>
    new Promise(resolve => {
      if (process.stdout.write(isPlain ? printable(text) : printableWithColours(text))) resolve()
      else process.stdout.once('drain', resolve)
    }),
  tell: line => void process.stderr.write(`${printable(line)}\n`),
  showProgress: text => {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text ?? ''}`)
  },
  stdin: process.stdin,
  colors: createColors(!isPlain),
  now: () => new Date(),
  interruption: () => {
    const interruption = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort())
    return interruption.signal
  },
  setExitCode: code => {
    process.exitCode = code
  },
}

try {
  const program = await buildProgram(terminal, process.argv.slice(2))
  await program.parseAsync()
} catch (error) {
  // Commander has said already what is wrong with the words of the command; its own codes are 0 for help and 1 for the rest.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else {
    process.exitCode = 2
    terminal.tell(error instanceof Failure ? `holdfast: ${error.message}` : `holdfast: ${(error as Error).stack}`)
  }
}
