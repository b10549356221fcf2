import { sentLine } from '../../checker/check.ts'
import type { Wanted } from './arguments.ts'
import type { CampaignResult } from './campaign.ts'
import { enginePhasesOf } from './phases.ts'

export const isWell = ({ verdict, weather }: CampaignResult): boolean => verdict.violations.length === 0 && weather.failures.length === 0

const sorted = (numbers: readonly number[]): number[] => numbers.toSorted((one, other) => one - other)
const middleOf = (numbers: readonly number[]): number => sorted(numbers)[Math.floor((numbers.length - 1) / 2)] ?? 0
const violationsMax = 20

/** The results of one engine, for people. */
export function linesOf(result: CampaignResult): readonly string[] {
  const { engine, seed, seconds, accepted, facts, verdict, weather, coverage, kinds, endedByThemselves } = result
  const { violations, repeats, notPromised } = verdict
  const times = Map.groupBy(weather.windows, ({ kind }) => kind)
  return [
    `${engine}, seed ${seed}: ${seconds} s, ${accepted} requests accepted, ${facts} records in the ledger, ${weather.windows.length} faults`,
    ...kinds.map(
      ({ name }) => `  ${name.padEnd(18)} ${`${times.get(name)?.length ?? 0}`.padStart(3)} ×${returnOf(weather.returns.get(name) ?? [])}`,
    ),
    ...coverage.table(
      kinds.map(({ name }) => name),
      enginePhasesOf(engine),
    ),
    sentLine(verdict),
    `${violations.length} violations, ${repeats} repeated orders, as the faults allow`,
    ...Object.entries(notPromised).map(([invariant, count]) => `  ${count} × ${invariant}, permitted because Redis had lost data`),
    ...(endedByThemselves.length > 0 ? [`ended by themselves: ${endedByThemselves.join(', ')}`] : []),
    ...weather.failures.map(failure => `✗ ${failure}`),
    ...violations
      .slice(0, violationsMax)
      .map(({ invariant, requestId, message }) => `✗ ${invariant}: ${requestId ? `request ${requestId}: ` : ''}${message}`),
    ...(violations.length > violationsMax ? [`✗ … and ${violations.length - violationsMax} more`] : []),
  ]
}

const returnOf = (seconds: readonly number[]): string =>
  seconds.length === 0 ? '' : `  full service after ${middleOf(seconds).toFixed(1)} s, at most ${Math.max(...seconds).toFixed(1)} s`

/** A command line that repeats the run. */
export const againOf = ({ seed, seconds, engines, only, perSecond, servedWithinMs, guard }: Wanted): string =>
  [
    `npm run faults -- --seed ${seed} --seconds ${seconds}`,
    ...(engines.length === 1 ? [`--engine ${engines[0]}`] : []),
    ...(only ? [`--only ${only.join()}`] : []),
    ...(perSecond === 20 ? [] : [`--rate ${perSecond}`]),
    ...(servedWithinMs === 1_000 ? [] : [`--within ${servedWithinMs}`]),
    ...(guard ? [`--without-guard ${guard}`] : []),
  ].join(' ')

/** The results for programs. */
export const jsonOf = ({ engine, seed, seconds, accepted, facts, verdict, weather, coverage, endedByThemselves }: CampaignResult) => ({
  engine,
  seed,
  seconds,
  accepted,
  facts,
  faults: weather.windows,
  returns: Object.fromEntries([...weather.returns].map(([kind, all]) => [kind, { median: middleOf(all), longest: Math.max(...all), all }])),
  failures: weather.failures,
  endedByThemselves,
  ...verdict,
  coverage: coverage.toJson(),
})
