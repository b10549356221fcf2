import { type GuardName, guardOf, guards } from '../guards.ts'
import { type Milestone, milestones } from '../judging/sometimes.ts'
import type { Campaign } from './arguments.ts'
import { optionsOf, type WorkerMessage } from './worker.ts'
import { distribute } from './workers.ts'

/** Read before time is virtual. */
const nowMs = performance.now.bind(performance)
const say = (line: string): void => void process.stdout.write(`${line}\n`)
/** A shorter campaign can miss a milestone by chance: the rarest is reached in some two of a hundred runs. */
const campaignMin = 300

/** Runs all seeds of a campaign and prints the result. Returns whether there was no violation. */
export async function leadCampaign(campaign: Campaign, args: readonly string[]): Promise<boolean> {
  const { seed, runs, workload, embedded, calm, guard } = campaign
  const began = nowMs()
  const failing: WorkerMessage[] = []
  const reached = new Map<Milestone, number>()
  const sums = { runs: 0, facts: 0, faults: 0, steps: 0 }
  const take = (told: WorkerMessage): boolean => {
    sums.runs++
    sums.facts += told.facts
    sums.faults += told.faults
    sums.steps += told.steps
    for (const [moment, times] of told.moments) reached.set(moment, (reached.get(moment) ?? 0) + times)
    if (told.violations.length > 0) failing.push(told)
    if (sums.runs % 100 === 0)
      say(`${sums.runs} of ${runs} runs, ${failing.length} of them wrong, ${Math.round((nowMs() - began) / 1000)} s`)
    return false
  }
  const haveEnded = await distribute({ workers: Math.min(campaign.workers, runs), args: [...args, '--seed', String(seed)], take })
  const seconds = (nowMs() - began) / 1000
  say(
    `${sums.runs} runs from seed ${seed} in ${seconds.toFixed(1)} s, ${Math.round((sums.runs / seconds) * 60)} a minute: ${sums.facts} facts, ${sums.faults} faults, ${sums.steps} steps`,
  )
  for (const [moment, what] of Object.entries(milestones) as [Milestone, string][]) say(`  ${reached.get(moment) ?? 0} × ${what}`)
  const missing =
    calm || guard || workload || embedded || runs < campaignMin
      ? []
      : (Object.keys(milestones) as Milestone[]).filter(moment => !reached.has(moment))
  for (const moment of missing) say(`✗ never in ${runs} runs: ${milestones[moment]}`)
  for (const told of failing.sort((a, b) => a.seed - b.seed).slice(0, 5)) await explain(campaign, told)
  if (failing.length > 5) say(`… and ${failing.length - 5} more: ${failing.slice(5).map(told => told.seed)}`)
  const isWhole = sums.runs === runs && haveEnded
  if (!isWhole) say(`✗ ${runs - sums.runs} runs did not end`)
  return failing.length === 0 && missing.length === 0 && isWhole
}

/** Prints a command that repeats the run, with as few requests and faults as possible. */
async function explain(campaign: Campaign, { seed }: WorkerMessage): Promise<void> {
  const { shrink } = await import('./shrink.ts')
  const { options, result } = await shrink(optionsOf(campaign, seed))
  say(`✗ seed ${seed}, ${result.faults - (options.leftOut?.size ?? 0)} faults, ${options.requests} requests:`)
  for (const { invariant, message, requestId } of result.violations.slice(0, 5)) say(`    ${invariant}: ${requestId ?? ''} ${message}`)
  const left = [...(options.leftOut ?? [])].join(',')
  const also = [
    ...(campaign.workload ? ['--workload', campaign.workload] : []),
    ...(campaign.embedded ? ['--embedded'] : []),
    ...(campaign.checks ? ['--checks'] : []),
    ...(campaign.calm ? ['--calm'] : []),
    ...(campaign.guard ? ['--without-guard', campaign.guard] : []),
    ...(left ? ['--without', left] : []),
  ]
  say(`  again: ${['npm run simulate --', '--seed', seed, '--runs 1', '--requests', options.requests, ...also].join(' ')}`)
}

/**
 * Removes each guard alone until a seed shows the defect; tries the last such seed first. Returns whether each guard
 * was shown.
 */
export async function tryGuards(campaign: Campaign): Promise<boolean> {
  const unseen: GuardName[] = []
  for (const name of Object.keys(guards) as GuardName[]) {
    const again = await missGuard({ ...campaign, seed: guards[name].seenAt, runs: 1 }, name)
    const { first, tried, haveEnded } = again.first ? again : await missGuard(campaign, name)
    if (first) {
      const wrong = [...new Set(first.violations.map(({ invariant }) => invariant))].join(', ')
      const stale = again.first ? '' : `; seed ${guards[name].seenAt} no longer shows it: write ${first.seed} into guards.ts`
      say(`✓ ${name}: seed ${first.seed}, after ${tried} runs: ${wrong}${stale}`)
    } else {
      unseen.push(name)
      const ended = haveEnded ? '' : ', and some did not end'
      say(`✗ ${name}: no violation in ${tried} runs without the guard that ${guards[name].what}${ended}`)
    }
  }
  say(`${Object.keys(guards).length - unseen.length} of ${Object.keys(guards).length} guards are necessary`)
  return unseen.length === 0
}

/** Runs a campaign without the guard until a violation. */
async function missGuard({ seed, runs, requests, workers }: Campaign, name: GuardName) {
  let tried = 0
  let first: WorkerMessage | undefined
  const args = [
    '--seed',
    seed,
    '--runs',
    runs,
    '--requests',
    requests,
    '--without-guard',
    name,
    ...(guardOf(name).embedded ? ['--embedded'] : []),
  ].map(String)
  const haveEnded = await distribute({
    workers: Math.min(workers, runs),
    args,
    take(told) {
      tried++
      if (told.violations.length > 0) first = told
      return first !== undefined
    },
  })
  return { first, tried, haveEnded }
}
