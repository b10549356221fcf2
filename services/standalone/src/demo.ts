import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { conclude } from './demo/conclude.ts'
import { type PlayOptions, play } from './demo/play.ts'
import { createScreen } from './demo/screen.ts'

const buildPage = fileURLToPath(new URL('../../../packages/desk-page/build.ts', import.meta.url))
/** It takes seconds; whatever hangs, the demo ends. */
const demoMsMax = 28_000

const { stdin, stdout } = process
const isTerminal = stdout.isTTY === true
/** For who watches the board in a browser: the story goes slowly, and the engine stays. */
const withDesk = process.argv.includes('--desk')
const deskPort = 8080
const screen = createScreen({
  write: text => stdout.write(text),
  isTerminal,
  paced: (isTerminal || withDesk) && !process.argv.includes('--fast'),
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
  port: deskPort,
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
} finally {
  cleanUp()
}
