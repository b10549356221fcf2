import process from 'node:process'
import { CommanderError } from 'commander'
import { buildProgram } from './program.ts'

const { HOLDFAST_URL, HOLDFAST_DATA, HOLDFAST_DIRECTORY, HOLDFAST_WEBHOOK_SECRETS } = process.env

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})

try {
  await buildProgram({
    url: HOLDFAST_URL || 'http://127.0.0.1:8080',
    dataDir: HOLDFAST_DATA || '.holdfast',
    directory: HOLDFAST_DIRECTORY || undefined,
    secrets: HOLDFAST_WEBHOOK_SECRETS || undefined,
    write: line => void process.stdout.write(`${line}\n`),
    interrupted: () =>
      new Promise(resolve => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
      }),
  }).parseAsync()
} catch (error) {
  // Commander has said already what is wrong with the words of the command.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else {
    process.exitCode = 2
    process.stderr.write(`bank: ${(error as Error).message}\n`)
  }
}
