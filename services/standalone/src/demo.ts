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
/** It takes seconds; whatever hangs, the demo ends. */
const demoMsMax = 28_000

const usage = `Usage: npm run demo [-- --desk [--port PORT]] [--fast]

Tells the story of a payment-stop request and of six others, on an engine of its own, in a temporary folder.

  --desk        slowly, for who watches the board in a browser meanwhile; the engine stays until it is ended
  --port PORT   where the board is then (default 8080)
  --fast        without pauses to read`

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
// Whoever read it has gone, such as `head`: nobody is left to tell that all was as told.
stdout.once('error', () => leave(1))
if (!withDesk)
  setTimeout(() => {
    screen.line(`\n  ✗ NOT AS TOLD: the demo did not end within ${demoMsMax / 1000} s`)
    leave(1)
  }, demoMsMax).unref()

const beside: PlayOptions = {
  port,
  async onReady(url) {
    screen.line(`The board is at ${url}: open it, sign in as an officer of Singapore, and watch it come alive.`)
    if (stdin.isTTY !== true) return
    screen.line('The story begins when you press Enter.')
    await once(stdin, 'data')
    stdin.pause()
  },
  async onTold() {
    screen.line('\nThe story is told. The engine and its board stay until you end them (Ctrl+C).')
    await new Promise(() => setInterval(() => undefined, 60_000))
  },
}
if (withDesk) execFileSync(process.execPath, [buildPage, '--if-newer'], { stdio: 'inherit' })

screen.line(screen.colors.bold('\nHoldfast: a payment-stop request, from the forged mail to the money’s return'))
screen.line('The whole engine runs here, in a temporary folder, on a clock that is set to July 2024.')
screen.line('What you see is the desk in Singapore: each row is a fact from its live stream.')
screen.line('Only the first case is on public record, as far as it says. All others and all names are made up.\n')
try {
  const played = await play(dataDir, screen, withDesk ? beside : {})
  // Set, not called: a pipe takes the last lines before the process ends.
  process.exitCode = conclude(screen, played, performance.now() / 1000)
} catch (error) {
  if (!isPortTaken(error)) throw error
  screen.line(`127.0.0.1:${port} is taken, and the demo brings an engine of its own: end what listens there, such as npm start, or`)
  screen.line('name another port: npm run demo -- --desk --port 8090')
  process.exitCode = 2
} finally {
  cleanUp()
}

/** Ends the process where they are not to be used, or ask for help. */
function readArguments(): { desk: boolean; fast: boolean; port: number } {
  const boolean = { type: 'boolean', default: false } as const
  try {
    const { values } = parseArgs({ options: { desk: boolean, fast: boolean, help: boolean, port: { type: 'string', default: '8080' } } })
    const port = Number(values.port)
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Error(`--port ${values.port} is no port`)
    if (!values.help) return { ...values, port }
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}\n`)
    process.exit(2)
  }
  stdout.write(`${usage}\n`)
  process.exit(0)
}
