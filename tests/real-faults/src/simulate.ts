import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startProcess } from '@holdfast/test-kit/start-process'

const program = fileURLToPath(new URL('../../simulation/main.ts', import.meta.url))
/** So many runs are started at once: a campaign of three hundred says what it never reached. */
const runs = 300

/** Simulates bad days of fresh seeds for so long, and goes on to the end of the three hundred that it is at. Gives the lines that repeat what failed. */
export async function simulateFor(
  seconds: number,
  firstSeed: number,
  say: (line: string) => void,
): Promise<{ readonly runs: number; readonly wrong: readonly string[] }> {
  const wrong: string[] = []
  const beganMs = Date.now()
  let done = 0
  while (Date.now() - beganMs < seconds * 1000) {
    const seed = (firstSeed + done) % 2 ** 32
    const child = startProcess(process.execPath, [program, '--seed', `${seed}`, '--runs', `${runs}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.on('data', chunk => (said += String(chunk)))
    const [code] = (await once(child, 'close')) as [number | null]
    done += runs
    if (code !== 0) wrong.push(...said.split('\n').filter(line => /^(✗| {2,}\S)/.test(line) && !/×/.test(line)))
    if (code !== 0 && wrong.length === 0) wrong.push(`✗ the simulation of seed ${seed} ended with ${code}`)
    say(`${done} simulated runs, from seed ${firstSeed}; ${Math.round((Date.now() - beganMs) / 1000)} s`)
  }
  return { runs: done, wrong }
}
