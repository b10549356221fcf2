import { isInTier } from './tier.ts'

const least = 50

/**
 * How many cases a property draws: in a run of tier `test` a tenth, but at least 50; in any other run all of them.
 * A test file that asks this runs in tier `full` as well.
 */
export function drawnCases(all: number, env: NodeJS.ProcessEnv = process.env): number {
  const isTestAlone = isInTier('test', env) && !isInTier('full', env)
  return isTestAlone ? Math.min(all, Math.max(least, Math.ceil(all / 10))) : all
}
