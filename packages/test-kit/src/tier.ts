const tiers = ['test', 'full', 'measure', 'all'] as const

/**
 * What a run of the tests judges by: `test` is what a change needs to be judged, `full` is all that finds more and takes longer, `measure` is how fast something is and what it takes.
 * A property that asks `drawnCases` is in `test` and in `full`, every other test in one of them. `all` is what a run of named files does.
 */
export type Tier = (typeof tiers)[number]

export const tierVariable = 'HOLDFAST_TEST_TIER'

/** Throws where the name is none of a tier. */
export function tierOf(name: string | undefined): Tier {
  const found = tiers.find(tier => tier === (name ?? 'all'))
  if (!found) throw new Error(`${tierVariable} is ${name}; it is one of ${tiers.join(', ')}`)
  return found
}

/** Whether this run has the tests of a tier. */
export function isInTier(tier: Exclude<Tier, 'all'>, env: NodeJS.ProcessEnv = process.env): boolean {
  const run = tierOf(env[tierVariable])
  return run === 'all' || run === tier
}
