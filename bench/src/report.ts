import type { MachineFacts } from './machine.ts'
import type { TargetResult } from './run-target.ts'
import { type Ratio, ratiosOf, type Spread, type Summary, summarise } from './summary.ts'

export interface BenchReport {
  readonly at: string
  readonly machine: MachineFacts
  readonly versions: Readonly<Record<string, string>>
  /** The results of each part, by round. */
  readonly rounds: ReadonlyArray<readonly TargetResult[]>
  /** Results that were measured again because of too much other load. */
  readonly disturbed: readonly TargetResult[]
  /** Parts that could not run, and why. */
  readonly left: Readonly<Record<string, string>>
}

/** The stored record of a run, for the picture and the performance page. */
export interface Figures {
  readonly at: string
  readonly machine: MachineFacts
  readonly versions: Readonly<Record<string, string>>
  readonly rounds: number
  readonly summaries: readonly Summary[]
  readonly ratios: readonly Ratio[]
  /** The parts that were measured again, once for each time. */
  readonly disturbed: readonly string[]
  readonly left: Readonly<Record<string, string>>
}

export const figuresOf = ({ at, machine, versions, rounds, disturbed, left }: BenchReport): Figures => ({
  at,
  machine,
  versions,
  rounds: rounds.length,
  summaries: summarise(rounds.flat()),
  ratios: ratiosOf(rounds),
  disturbed: disturbed.map(({ name }) => name),
  left,
})

const columns = [
  'part',
  'load',
  'lifecycles/s',
  'to order p50 / p99 ms',
  'to recovered p50 / p99 ms',
  'CPU ms each',
  'with servers',
  'view behind s',
  'peak MB',
  'others',
]

/** Prints the figures for people: medians, where there was more than one round. */
export function tableOf({ machine, rounds, disturbed, left }: BenchReport): string {
  const rows = summarise(rounds.flat()).map(rowOf)
  const widths = columns.map((name, column) => Math.max(name.length, ...rows.map(row => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
  const ratios = ratiosOf(rounds)
  return [
    `${machine.cores} cores, ${machine.memoryGb} GB, Node ${machine.node.slice(1)}, fsync ${machine.fsyncMs.toFixed(2)} ms, load ${machine.loadAverage.toFixed(1)} at the start${rounds.length > 1 ? `; medians of ${rounds.length} rounds in turn` : ''}`,
    '',
    line(columns),
    ...rows.map(line),
    '',
    ...(ratios.length > 0 ? [...ratios.map(ratioLine), ''] : []),
    ...[...rounds.flat(), ...disturbed].flatMap(({ name, faults }) => faults.map(fault => `INVALID: ${name}: ${fault}`)),
    ...Object.entries(left).map(([part, why]) => `not run: ${part}: ${why}`),
    ...(disturbed.length > 0
      ? [`measured again because of other load on the machine: ${disturbed.map(({ name }) => name).join(', ')}`]
      : []),
    'To order: from submission to the arrival of the order at the institution. CPU: the part’s own processes, until all consequences of the last request are done; with their servers. View: how long after the last end the projection shows all. Others: the percentage of the machine that other processes used.',
  ].join('\n')
}

const rowOf = (summary: Summary, index: number, all: readonly Summary[]): string[] => {
  const isFirst = all[index - 1]?.name !== summary.name
  return [
    isFirst ? summary.name : '',
    summary.load,
    Math.round(summary.lifecyclesPerSecond.median).toLocaleString('en'),
    pair(summary.toOrderP50, summary.toOrderP99),
    pair(summary.toRecoveredP50, summary.toRecoveredP99),
    figure(summary.cpuMs, 2),
    figure(summary.cpuMsWithServers, 2),
    Number.isNaN(summary.viewBehindMs.median) ? '-' : (summary.viewBehindMs.median / 1000).toFixed(1),
    isFirst ? figure(summary.peakMb, 0) : '',
    `${figure(summary.foreignCpuPercent, 0)} %`,
  ]
}

const figure = ({ median }: Spread, decimals: number): string => (Number.isNaN(median) ? '-' : median.toFixed(decimals))
const pair = (one: Spread, other: Spread): string => `${figure(one, 1)} / ${figure(other, 1)}`

const ratioLine = ({ of, to, load, what, ratio: { median, least, most } }: Ratio): string =>
  `${of} : ${to}, ${load}, ${what}: ${median.toFixed(2)} (${least.toFixed(2)} to ${most.toFixed(2)})`
