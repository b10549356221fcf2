import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isPortTaken } from '@holdfast/service-kit'
import { conclude } from './demo/conclude.ts'
import { type PlayOptions, play } from './demo/play.ts'
import { createScreen } from './demo/screen.ts'

const buildPage = fileURLToPath(new URL('../../../packages/desk-web/build.ts', import.meta.url))
/** The demo takes seconds; this limit ends it if something hangs. */
const demoMsMax = 28_000

const usage = `Usage: npm run demo [-- --desk [--port PORT]] [--fast]

Plays a payment-stop request and six others on a temporary engine of its own.

  --desk        play slowly, so that you can watch the desk in a browser; the engine runs until you stop it
  --port PORT   the port of the desk (default 8080)
  --fast        play without pauses`

const { stdin, stdout } = process
const { desk: withDesk, fast, port } = readArguments()
const isTerminal = stdout.isTTY === true
const screen = createScreen({
  write: text => stdout.write(text),
  isTerminal,
  paced: (isTerminal || withDesk) && !fast,
  slower: withDesk ? 20 : 1,
})
const dataDir = await mkdtemp(join(tmpdir(), 'holdfast-demo-'))
const cleanUp = () => rmSync(dataDir, { recursive: true, force: true })
const leave = (code: number) => {
  cleanUp()
  process.exit(code)
}
process.once('SIGINT', () => leave(130))
process.once('SIGTERM', () => leave(143))
// The reader, such as `head`, has closed the pipe, so the result cannot be shown.
stdout.once('error', () => leave(1))
if (!withDesk)
  setTimeout(() => {
    screen.line(`\n  ✗ NOT AS EXPECTED: the demo did not end within ${demoMsMax / 1000} s`)
    leave(1)
  }, demoMsMax).unref()

const deskOptions: PlayOptions = {
  port,
  async onReady(url) {
    screen.line(`The desk is at ${url}: open it in a browser and sign in as an officer of Singapore.`)
    if (stdin.isTTY !== true) return
    screen.line('Press Enter to start the story.')
    await once(stdin, 'data')
    stdin.pause()
  },
  async onEnded() {
    screen.line('\nThe story has ended. The engine and its desk run until you stop them (Ctrl+C).')
    await new Promise(() => setInterval(() => undefined, 60_000))
  },
}
if (withDesk) execFileSync(process.execPath, [buildPage, '--if-newer'], { stdio: 'inherit' })

screen.line(screen.colors.bold('\nHoldfast: a payment-stop request, from the forged e-mail to the return of the money'))
screen.line('The whole engine runs here, in a temporary folder, with its clock set to July 2024.')
screen.line('You see the desk in Singapore: each row is a fact from its live stream.')
screen.line('Only the first case is on public record, as far as stated. All else is invented.\n')
try {
  const played = await play(dataDir, screen, withDesk ? deskOptions : {})
  // Only set, so that a pipe receives the last lines before the process ends.
  process.exitCode = conclude(screen, played, performance.now() / 1000)
} catch (error) {
  if (!isPortTaken(error)) throw error
  screen.line(`Port ${port} of 127.0.0.1 is in use, and the demo starts its own engine. Stop the other process (such as npm start),`)
  screen.line('or name another port: npm run demo -- --desk --port 8090')
  process.exitCode = 2
} finally {
  cleanUp()
}

/** Ends the process if the arguments are invalid or ask for help. */
function readArguments(): { desk: boolean; fast: boolean; port: number } {
  const boolean = { type: 'boolean', default: false } as const
  try {
    const { values } = parseArgs({ options: { desk: boolean, fast: boolean, help: boolean, port: { type: 'string', default: '8080' } } })
    const port = Number(values.port)
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`--port ${values.port} is not a port number`)
    if (!values.help) return { ...values, port }
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}\n`)
    process.exit(2)
  }
  stdout.write(`${usage}\n`)
  process.exit(0)
}
