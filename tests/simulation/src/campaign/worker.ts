import { writeFileSync } from 'node:fs'
import type { Milestone } from '../judging/sometimes.ts'
import { checkPatches } from '../patches.ts'
import type { RunOptions, RunResult } from '../run.ts'
import type { Campaign } from './arguments.ts'

/** A worker's report of one run. */
export interface WorkerMessage extends Pick<RunResult, 'violations' | 'faults' | 'facts' | 'steps'> {
  readonly seed: number
  readonly moments: readonly (readonly [Milestone, number])[]
}

export const optionsOf = ({ requests, rates, workload, embedded, checks, without }: Campaign, seed: number): RunOptions => ({
  seed,
  requests,
  rates,
  workload,
  embedded,
  checks,
  leftOut: without,
})

/** Runs every n-th seed of a campaign, from the n-th on, and reports each. */
export async function work(campaign: Campaign, first: number, every: number): Promise<void> {
  const { run } = await import('../run.ts')
  checkPatches()
  for (let n = first; n < campaign.runs && process.connected; n += every) {
    const seed = campaign.seed + n
    const { violations, observations, faults, facts, steps, moments } = await run(optionsOf(campaign, seed))
    if (campaign.keep !== undefined) writeFileSync(campaign.keep, JSON.stringify(observations))
    const told: WorkerMessage = { seed, violations, faults, facts, steps, moments: [...moments] }
    process.send?.(told)
  }
  if (process.connected) process.disconnect()
}
