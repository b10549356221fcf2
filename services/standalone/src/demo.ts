import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { conclude } from './demo/conclude.ts'
import { play } from './demo/play.ts'
import { createScreen } from './demo/screen.ts'

/** It takes seconds; whatever hangs, the demo ends. */
const demoMsMax = 28_000

const { stdout } = process
const isTerminal = stdout.isTTY === true
const screen = createScreen({
  write: text => stdout.write(text),
  isTerminal,
  paced: isTerminal && !process.argv.includes('--fast'),
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
setTimeout(() => {
  screen.line(`\n  ✗ NOT AS TOLD: the demo did not end within ${demoMsMax / 1000} s`)
  leave(1)
}, demoMsMax).unref()

screen.line(screen.colors.bold('\nHoldfast: a payment-stop request, from the forged mail to the money’s return'))
screen.line('The whole engine runs here, in a temporary folder, on a clock that is set to July 2024.')
screen.line('What you see is the desk in Singapore: each row is a fact from its live stream.')
screen.line('Only the first case is on public record, as far as it says. All others and all names are made up.\n')
try {
  const played = await play(dataDir, screen)
  // Set, not called: a pipe takes the last lines before the process ends.
  process.exitCode = conclude(screen, played, performance.now() / 1000)
} finally {
  cleanUp()
}
