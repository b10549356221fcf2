import { parseArgs } from 'node:util'
import { type ClusterLayout, clusterAsUsual } from './cluster.ts'
import { numberBetween, wholeNumber } from './option-problems.ts'

/** The engine on its two backends. */
const engines = ['embedded', 'cluster'] as const
/**
 * Peers that do the same work, and upper bounds of disk and broker: the records of a lifecycle without anything else.
 */
const peersAndBounds = ['bullmq', 'restate', 'sqlite-pipe-each', 'sqlite-pipe-turn', 'kafka-pipe'] as const
export const parts = [...engines, ...peersAndBounds] as const
export type Part = (typeof parts)[number]

export interface BenchOptions {
  readonly only: readonly Part[]
  /** How often each part runs, alternating with the others. */
  readonly rounds: number
  /** The length of each load, with its warm-up. */
  readonly seconds: number
  readonly warmSeconds: number
  /** Seconds of unmeasured load at the start. */
  readonly warmUpSeconds: number
  /** Requests outstanding in the closed loops. */
  readonly windows: readonly number[]
  /** Requests per second in the open loop; undefined without one. */
  readonly rate: number | undefined
  /** Only the ratios of bench/budgets.json, with a failure where one is below its limit. */
  readonly budgets: boolean
  /** Writes a picture in addition to the figures. */
  readonly picture: boolean
  readonly layout: ClusterLayout
  /** Folder for CPU profiles of the engine's processes. */
  readonly profile: string | undefined
}

export const usage = `npm run bench -- [--peers | --budgets] [--only PARTS] [--rounds N] [--seconds N] [--warm-up N] [--windows 200,1000] [--quick] [--profile FOLDER]
                 [--processes one|N] [--partitions N]

  --peers    compare with alternatives (BullMQ on Redis, Restate) and with the upper bounds of disk and broker, in five
             alternating rounds: medians, ratios within each round, and a picture
  --budgets  the ratios of bench/budgets.json, closed loops only, two alternating rounds in under two minutes; exits 1 where one falls below
  --only     parts to run, separated by commas: ${parts.join(', ')};
             without it and --peers: embedded, cluster, kafka-pipe
  --rounds   how often each part runs; 1 by default, 5 with --peers, 2 with --budgets
  --seconds  length of each load, 15 by default
  --warm-up  seconds of unmeasured load at the start, 5 by default, 2 with --quick and 4 with --budgets; a broker and five
             processes are still being compiled after that
  --windows  requests outstanding in the closed loops, 200,1000 by default
  --quick    4 s and one window: everything in under a minute
  --profile  writes a CPU profile of each process of the engine into this folder
  --processes   for a cluster: number of processes of ledger, validation and dispatch each (1 by default), with one desk and one intake; or one for all
  --partitions  for a cluster: number of partitions of commands and facts, 4 by default`

const secondsMax = 600
const windowMax = 20_000
const roundsMax = 50
/** The most processes and partitions. */
const countMax = 16
/** As in the programs that measured the peers. */
const rate = 20

/** The defaults. */
const asUsual = {
  only: ['embedded', 'cluster', 'kafka-pipe'] as readonly Part[],
  rounds: 1,
  seconds: 15,
  warmUpSeconds: 5,
  windows: [200, 1000] as readonly number[],
}
const ofQuick = { seconds: 4, warmUpSeconds: 2, windows: [200] }
/** Each engine, and its upper bound. */
const ofBudgets = { ...ofQuick, only: ['embedded', 'sqlite-pipe-turn', 'cluster', 'kafka-pipe'] as const, rounds: 2, warmUpSeconds: 4 }
const ofPeers = { only: parts, rounds: 5 }

/** The arguments before validation. */
interface Wanted extends Pick<BenchOptions, 'rounds' | 'seconds' | 'warmUpSeconds' | 'windows' | 'layout'> {
  readonly only: readonly string[]
}

/** Reads the arguments, or returns the text to print instead of running: all their problems, or the usage. */
export function readOptions(args: readonly string[]): BenchOptions | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        peers: { type: 'boolean', default: false },
        budgets: { type: 'boolean', default: false },
        only: { type: 'string' },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        windows: { type: 'string' },
        'warm-up': { type: 'string' },
        quick: { type: 'boolean', default: false },
        profile: { type: 'string' },
        processes: { type: 'string' },
        partitions: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) return usage
    const { peers, budgets, quick } = values
    const usual = { ...asUsual, ...(quick && ofQuick), ...(budgets && ofBudgets), ...(peers && ofPeers) }
    const wanted: Wanted = {
      only: values.only?.split(',') ?? usual.only,
      rounds: Number(values.rounds ?? usual.rounds),
      seconds: Number(values.seconds ?? usual.seconds),
      warmUpSeconds: Number(values['warm-up'] ?? usual.warmUpSeconds),
      windows: values.windows?.split(',').map(Number) ?? usual.windows,
      layout: {
        processes: values.processes === 'one' ? 'one' : Number(values.processes ?? clusterAsUsual.processes),
        partitions: Number(values.partitions ?? clusterAsUsual.partitions),
      },
    }
    const wrong = problemsOf(wanted, peers && budgets)
    if (wrong.length > 0) return wrong.join('\n')
    return {
      ...wanted,
      only: parts.filter(part => wanted.only.includes(part)),
      warmSeconds: Math.min(3, wanted.seconds / 4),
      rate: budgets ? undefined : rate,
      budgets,
      picture: peers,
      profile: values.profile,
    }
  } catch (error) {
    return (error as Error).message
  }
}

function problemsOf({ only, rounds, seconds, warmUpSeconds, windows, layout }: Wanted, isOfTwoKinds: boolean): string[] {
  return [
    ...(layout.processes === 'one' ? [] : wholeNumber('--processes', layout.processes, countMax, 'one, or ')),
    ...wholeNumber('--partitions', layout.partitions, countMax),
    ...(isOfTwoKinds ? ['--peers and --budgets exclude each other: remove one'] : []),
    ...only.filter(part => !parts.some(known => known === part)).map(part => `--only takes ${parts.join(', ')}, not ${part}`),
    ...numberBetween('--seconds', seconds, 2, secondsMax),
    ...numberBetween('--warm-up', warmUpSeconds, 1, secondsMax),
    ...wholeNumber('--rounds', rounds, roundsMax),
    ...wholeNumber('--windows', windows, windowMax),
  ]
}
