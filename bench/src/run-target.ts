import { type LoadResult, runClosedLoop, runOpenLoop } from './load.ts'
import type { BenchOptions } from './options.ts'
import { peakBytesOf } from './proc.ts'
import type { SentCounts } from './submitter.ts'
import { faultsOf, type Target } from './target.ts'

/** Everything that was measured on one engine. */
export interface TargetResult {
  readonly name: string
  readonly durability: Readonly<Record<string, string>>
  readonly loads: readonly LoadResult[]
  /** By group of processes, in bytes; undefined where the system does not tell. */
  readonly peakBytes: Readonly<Record<string, number | undefined>>
  readonly sent: SentCounts
  /** What makes the run worthless; empty for a valid one. */
  readonly faults: readonly string[]
}

/** Unmeasured, as the peers were: what is compiled and connected on first use is not what a bench asks about. */
const warmUpWindow = 50

/** Warms the engine up, runs the open loop, where one is asked for, and then each closed loop on it, and looks whether anything was lost or doubled. */
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
