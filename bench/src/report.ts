import type { LoadResult } from './load.ts'
import type { MachineFacts } from './machine.ts'
import type { Quantiles } from './outcomes.ts'
import type { PipeResult } from './pipe.ts'
import type { TargetResult } from './run-target.ts'

export interface BenchReport {
  readonly at: string
  readonly machine: MachineFacts
  readonly versions: Readonly<Record<string, string>>
  readonly targets: readonly TargetResult[]
  readonly pipe: PipeResult | undefined
  /** Parts that could not be run, and why. */
  readonly left: Readonly<Record<string, string>>
}

const columns = ['engine', 'load', 'lifecycles/s', 'to order p50 / p99 ms', 'to recovered p50 / p99 ms', 'CPU ms each', 'peak MB', 'others']

/** Writes the figures for people. */
export function tableOf({ machine, targets, pipe, left }: BenchReport): string {
  const rows = [...targets.flatMap(rowsOf), ...(pipe?.loads ?? []).map(pipeRow)]
  const widths = columns.map((name, column) => Math.max(name.length, ...rows.map(row => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
  return [
    `${machine.cores} cores, ${machine.memoryGb} GB, Node ${machine.node.slice(1)}, fsync ${machine.fsyncMs.toFixed(2)} ms, load ${machine.loadAverage.toFixed(1)} at the start`,
    '',
    line(columns),
    ...rows.map(line),
    '',
    ...targets.flatMap(({ name, faults }) => faults.map(fault => `INVALID: ${name}: ${fault}`)),
    ...Object.entries(left).map(([part, why]) => `not run: ${part}: ${why}`),
    'To order: from submission to the arrival of the order at the institution. CPU: the engine’s own processes. Others: the share of the machine that foreign processes took.',
  ].join('\n')
}

const rowsOf = ({ name, loads, peakBytes }: TargetResult): string[][] =>
  loads.map((load, i) => [
    i === 0 ? name : '',
    load.load,
    Math.round(load.lifecyclesPerSecond).toLocaleString('en'),
    spread(load.submitToOrder),
    spread(load.submitToRecovered),
    cpuOf(load),
    i === 0 && peakBytes.engine !== undefined ? `${Math.round(peakBytes.engine / 1e6)}` : '',
    load.foreignCpuPercent === undefined ? '-' : `${Math.round(load.foreignCpuPercent)} %`,
  ])

const cpuOf = ({ cpuMsPerLifecycle }: LoadResult): string => cpuMsPerLifecycle?.engine?.toFixed(2) ?? '-'

const pipeRow = (load: PipeResult['loads'][number], i: number): string[] => [
  i === 0 ? 'bare pipe' : '',
  load.load,
  load.lifecyclesPerSecond.toLocaleString('en'),
  spread(load.submitToOrder),
  spread(load.submitToRecovered),
  '-',
  '',
  '-',
]

const spread = (times: Pick<Quantiles, 'p50' | 'p99'> | undefined): string =>
  times ? `${times.p50.toFixed(1)} / ${times.p99.toFixed(1)}` : '-'
