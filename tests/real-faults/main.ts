import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makePatchedTree } from '../src/patched-tree.ts'
import { readWanted, simulation, usage, type Wanted } from './src/arguments.ts'
import { type CampaignResult, runCampaign } from './src/campaign.ts'
import { patchesOf } from './src/guards.ts'
import { kindsOf } from './src/kinds/all.ts'
import { againOf, isWell, jsonOf, linesOf } from './src/report.ts'
import { simulateFor } from './src/simulate.ts'
import { storeObservations } from './src/store-observations.ts'

const beganMs = Date.now()
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const sayWhen = (line: string): void => say(`${`${Math.round((Date.now() - beganMs) / 1000)}`.padStart(5)} s  ${line}`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

function wantedOf(): Wanted {
  try {
    const wanted = readWanted(process.argv.slice(2), beganMs)
    if (wanted) return wanted
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}\n`)
    process.exit(2)
  }
  say(usage)
  process.exit(0)
}

const wanted = wantedOf()
process.exitCode = (await lead(wanted)) ? 0 : 1

async function lead({ seed, seconds, engines, only, guard, perSecond, servedWithinMs, json }: Wanted): Promise<boolean> {
  const isSimulated = !guard && (!only || only.includes(simulation))
  const share = engines.length === 0 ? seconds : seconds / 10
  // Seeds that no earlier run had: from the time, not from the campaign's seed.
  const simulated = isSimulated ? await simulateFor(share, Math.floor(beganMs / 1000) % 2 ** 31, sayWhen) : { runs: 0, wrong: [] }
  const tree = guard ? makePatchedTree(patchesOf(guard)) : undefined
  const results: CampaignResult[] = []
  try {
    for (const engine of engines) {
      const kinds = kindsOf(engine).filter(({ name }) => !only || only.includes(name))
      sayWhen(`${engine}: starts`)
      results.push(
        await runCampaign({
          engine,
          seed,
          seconds: seconds / engines.length,
          kinds,
          perSecond,
          servedWithinMs,
          tree: tree?.path,
          say: sayWhen,
        }),
      )
    }
  } finally {
    tree?.remove()
  }
  for (const line of simulated.wrong) say(line)
  for (const result of results) for (const line of linesOf(result)) say(line)
  for (const result of results)
    if (!isWell(result)) say(`observations: ${await keep(result)}; check them again with node tests/checker/main.ts FILE`)
  if (json) writeFileSync(json, `${JSON.stringify({ seed, seconds, simulated, engines: results.map(jsonOf) }, undefined, 1)}\n`)
  const isAllWell = simulated.wrong.length === 0 && results.every(isWell)
  if (!isAllWell) say(`again: ${againOf(wanted)}`)
  return isAllWell
}

async function keep({ engine, seed, observations }: CampaignResult): Promise<string> {
  const path = join(tmpdir(), `real-faults-${engine}-${seed}-${process.pid}.json`)
  await storeObservations(path, observations)
  return path
}
