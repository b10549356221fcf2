import { type LoadResult, runClosedLoop, runOpenLoop } from './load.ts'
import type { BenchOptions } from './options.ts'
import { peakBytesOf } from './proc.ts'
import type { SentCounts } from './submitter.ts'
import { faultsOf, type Target } from './target.ts'

/** All results of one engine. */
export interface TargetResult {
  readonly name: string
  readonly durability: Readonly<Record<string, string>>
  readonly loads: readonly LoadResult[]
  /** By group of processes, in bytes; undefined where the system does not report it. */
  readonly peakBytes: Readonly<Record<string, number | undefined>>
  readonly sent: SentCounts
  /** The reasons why the run is invalid; empty for a valid one. */
  readonly faults: readonly string[]
}

/** Unmeasured, as with the peers: compilation and connections at first use are not part of the benchmark. */
const warmUpWindow = 50

/**
 * Warms the engine up, runs the open loop, where there is one, and then each closed loop, and checks that no request
 * was lost or duplicated.
 */
export async function runTarget(
  target: Target,
  { seconds, warmSeconds, warmUpSeconds, windows, rate }: BenchOptions,
): Promise<TargetResult> {
  const submitter = target.submitter()
  try {
    await runClosedLoop(target, submitter, { window: warmUpWindow, seconds: warmUpSeconds, warmSeconds: 0 })
    const loads: LoadResult[] = rate === undefined ? [] : [await runOpenLoop(target, submitter, { rate, seconds })]
    for (const window of windows) loads.push(await runClosedLoop(target, submitter, { window, seconds, warmSeconds }))
    const peaks = Object.entries(target.processes()).map(([group, pids]) => [group, sumOf(pids.map(peakBytesOf))])
    return {
      name: target.name,
      durability: target.durability,
      loads,
      peakBytes: Object.fromEntries(peaks),
      sent: submitter.sent,
      faults: await faultsOf(target, submitter.sent.failed),
    }
  } finally {
    await submitter.close()
  }
}

const sumOf = (values: readonly (number | undefined)[]): number | undefined =>
  values.reduce((sum, value) => (sum === undefined || value === undefined ? undefined : sum + value), 0)
