import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startProcess } from '@holdfast/test-kit/start-process'

const program = fileURLToPath(new URL('../../simulation/main.ts', import.meta.url))
/** The runs of one start: only a campaign of three hundred reports milestones that it missed. */
const runs = 300

/**
 * Simulates runs of fresh seeds for this time, in whole campaigns of three hundred. Returns the lines that repeat
 * failures.
 */
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
