import { fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { type Campaign, readCampaign, usage } from './src/arguments.ts'
import { type RunOptions, type RunResult, run } from './src/run.ts'
import { shrink } from './src/shrink.ts'
import { type Moment, moments } from './src/sometimes.ts'

/** What a worker tells of one run. */
interface Told extends Pick<RunResult, 'violations' | 'faults' | 'facts' | 'steps'> {
  readonly seed: number
  readonly moments: readonly (readonly [Moment, number])[]
}

/** Taken before time is virtual. */
const nowMs = performance.now.bind(performance)
const say = (line: string): void => void process.stdout.write(`${line}\n`)
// Whoever read it has gone, such as `head`.
process.stdout.once('error', () => process.exit(1))
const share = process.env.HOLDFAST_SIMULATION_SHARE
/** So few say nothing of what never happened. */
const campaignMin = 100

function campaignOf(): Campaign {
  try {
    const campaign = readCampaign(process.argv.slice(2), availableParallelism(), Date.now())
    if (campaign) return campaign
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}\n`)
    process.exit(2)
  }
  say(usage)
  process.exit(0)
}

const campaign = campaignOf()
const { seed, runs, requests, rates, without, calm } = campaign
const optionsOf = (of: number): RunOptions => ({ seed: of, requests, rates, leftOut: without })

/** Every n-th seed, from the n-th on. */
async function work(first: number, every: number): Promise<void> {
  for (let n = first; n < runs; n += every) {
    const { violations, faults, facts, steps, moments: reached } = await run(optionsOf(seed + n))
    const told: Told = { seed: seed + n, violations, faults, facts, steps, moments: [...reached] }
    process.send?.(told)
  }
  process.disconnect()
}

async function lead(): Promise<void> {
  const began = nowMs()
  const workers = Math.min(campaign.workers, runs)
  const failing: Told[] = []
  const reached = new Map<Moment, number>()
  const sums = { runs: 0, facts: 0, faults: 0, steps: 0 }
  const take = (told: Told): void => {
    sums.runs++
    sums.facts += told.facts
    sums.faults += told.faults
    sums.steps += told.steps
    for (const [moment, times] of told.moments) reached.set(moment, (reached.get(moment) ?? 0) + times)
    if (told.violations.length > 0) failing.push(told)
    if (sums.runs % 100 === 0)
      say(`${sums.runs} of ${runs} runs, ${failing.length} of them wrong, ${Math.round((nowMs() - began) / 1000)} s`)
  }
  const children = Array.from({ length: workers }, (_, n) => {
    const child = fork(fileURLToPath(import.meta.url), [...process.argv.slice(2), '--seed', String(seed)], {
      env: { ...process.env, HOLDFAST_SIMULATION_SHARE: `${n}/${workers}` },
    })
    child.on('message', message => take(message as Told))
    return child
  })
  const codes = await Promise.all(children.map(async child => (await once(child, 'exit'))[0] as number | null))
  const seconds = (nowMs() - began) / 1000
  say(
    `${sums.runs} runs from seed ${seed} in ${seconds.toFixed(1)} s, ${Math.round((sums.runs / seconds) * 60)} a minute: ${sums.facts} facts, ${sums.faults} faults, ${sums.steps} steps`,
  )
  for (const [moment, what] of Object.entries(moments) as [Moment, string][]) say(`  ${reached.get(moment) ?? 0} × ${what}`)
  const missing = calm || runs < campaignMin ? [] : (Object.keys(moments) as Moment[]).filter(moment => !reached.has(moment))
  for (const moment of missing) say(`✗ never in ${runs} runs: ${moments[moment]}`)
  for (const told of failing.sort((a, b) => a.seed - b.seed).slice(0, 5)) await explain(told)
  if (failing.length > 5) say(`… and ${failing.length - 5} more: ${failing.slice(5).map(told => told.seed)}`)
  const isWhole = sums.runs === runs && codes.every(code => code === 0)
  if (!isWhole) say(`✗ ${runs - sums.runs} runs did not end`)
  process.exitCode = failing.length > 0 || missing.length > 0 || !isWhole ? 1 : 0
}

/** A line that repeats it, with as little as is needed. */
async function explain({ seed: of }: Told): Promise<void> {
  const { options, result } = await shrink(optionsOf(of))
  say(`✗ seed ${of}, ${result.faults - (options.leftOut?.size ?? 0)} faults, ${options.requests} requests:`)
  for (const { invariant, message, requestId } of result.violations.slice(0, 5)) say(`    ${invariant}: ${requestId ?? ''} ${message}`)
  const left = [...(options.leftOut ?? [])].join(',')
  say(
    `  again: npm run simulate -- --seed ${of} --runs 1 --requests ${options.requests}${calm ? ' --calm' : ''}${left ? ` --without ${left}` : ''}`,
  )
}

if (share === undefined) await lead()
else {
  const [first = 0, every = 1] = share.split('/').map(Number)
  await work(first, every)
}
