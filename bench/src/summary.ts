import type { TargetResult } from './run-target.ts'

/** Of repeated measurements. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** One load on one part, over all rounds. Times in milliseconds. */
export interface Summary {
  readonly name: string
  readonly load: string
  readonly rounds: number
  readonly lifecyclesPerSecond: Spread
  readonly toOrderP50: Spread
  readonly toOrderP99: Spread
  readonly toRecoveredP50: Spread
  readonly toRecoveredP99: Spread
  /** For the part's own processes, and with their servers. NaN where the system does not report it. */
  readonly cpuMs: Spread
  readonly cpuMsWithServers: Spread
  readonly foreignCpuPercent: Spread
  /** NaN without a projection. */
  readonly viewBehindMs: Spread
  readonly peakMb: Spread
}

/** The ratio of two parts within each round, with its median. */
export interface Ratio {
  readonly of: string
  readonly to: string
  readonly load: string
  readonly what: 'lifecycles a second' | 'to the order, p50' | 'to the order, p99'
  readonly ratio: Spread
}

/** The peer of each engine. */
const heldAgainst: ReadonlyArray<readonly [of: string, to: string]> = [
  ['embedded', 'bullmq'],
  ['embedded', 'sqlite-pipe-each'],
  ['embedded', 'sqlite-pipe-turn'],
  ['cluster', 'restate'],
  ['cluster', 'kafka-pipe'],
]

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = (sorted.length - 1) / 2
  const at = (index: number): number => sorted[index] ?? Number.NaN
  return { median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2, least: at(0), most: at(sorted.length - 1) }
}

/** By part and load, in the order of their first measurement. */
export function summarise(results: readonly TargetResult[]): Summary[] {
  return [...Map.groupBy(results, ({ name }) => name)].flatMap(([name, ofName]) => {
    const loads = ofName.flatMap(result => result.loads.map(load => ({ ...load, peakBytes: result.peakBytes.engine })))
    return [...Map.groupBy(loads, ({ load }) => load)].map(([load, rounds]): Summary => {
      const of = (value: (round: (typeof rounds)[number]) => number | undefined) =>
        spreadOf(rounds.map(round => value(round) ?? Number.NaN))
      const servers = ({ cpuMsPerLifecycle }: (typeof rounds)[number]) =>
        cpuMsPerLifecycle && ['engine', ...serverGroups].reduce((sum, group) => sum + (cpuMsPerLifecycle[group] ?? 0), 0)
      return {
        name,
        load,
        rounds: rounds.length,
        lifecyclesPerSecond: of(round => round.lifecyclesPerSecond),
        toOrderP50: of(round => round.submitToOrder?.p50),
        toOrderP99: of(round => round.submitToOrder?.p99),
        toRecoveredP50: of(round => round.submitToRecovered?.p50),
        toRecoveredP99: of(round => round.submitToRecovered?.p99),
        cpuMs: of(round => round.cpuMsPerLifecycle?.engine),
        cpuMsWithServers: of(servers),
        foreignCpuPercent: of(round => round.foreignCpuPercent),
        viewBehindMs: of(round => round.viewBehindMs),
        peakMb: of(({ peakBytes }) => peakBytes && peakBytes / 1e6),
      }
    })
  })
}

const serverGroups = ['kafka', 'redis', 'server']

/** Within each round, because the machine's speed changes between rounds. */
export function ratiosOf(rounds: ReadonlyArray<readonly TargetResult[]>): Ratio[] {
  const loads = new Set(rounds.flat().flatMap(({ loads }) => loads.map(({ load }) => load)))
  return heldAgainst.flatMap(([of, to]) =>
    [...loads].flatMap(load => {
      const pairs = rounds.flatMap(round => {
        const [one, other] = [of, to].map(part => round.find(({ name }) => name === part)?.loads.find(each => each.load === load))
        return one && other ? [{ one, other }] : []
      })
      if (pairs.length === 0) return []
      const ratio = (what: Ratio['what'], value: (pair: (typeof pairs)[number]) => number): Ratio => ({
        of,
        to,
        load,
        what,
        ratio: spreadOf(pairs.map(value)),
      })
      if (pairs.every(({ one }) => one.window !== undefined))
        return [ratio('lifecycles a second', ({ one, other }) => one.lifecyclesPerSecond / other.lifecyclesPerSecond)]
      return [
        ratio('to the order, p50', ({ one, other }) => (one.submitToOrder?.p50 ?? Number.NaN) / (other.submitToOrder?.p50 ?? Number.NaN)),
        ratio('to the order, p99', ({ one, other }) => (one.submitToOrder?.p99 ?? Number.NaN) / (other.submitToOrder?.p99 ?? Number.NaN)),
      ]
    }),
  )
}
