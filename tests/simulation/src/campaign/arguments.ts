import { parseArgs } from 'node:util'
import { type FaultRates, noFaults } from '../chance/fates.ts'
import { type GuardName, guards } from '../guards.ts'
import { type Workload, workloads } from '../workloads.ts'

export const usage = `Usage: npm run simulate -- [--seed N] [--runs K] [--requests R] [--workload W] [--embedded] [--checks] [--calm] [--without FAULTS] [--workers W]
       npm run simulate -- --guards [--seed N] [--runs K] [--requests R] [--workers W]

Runs all services, some of them twice, in one process, on a log and stores in memory, in virtual time. The seed determines everything that happens in a run. Calls fail, are lost or are
answered late. Processes are killed and restarted, are expelled and continue, pause while they write, and have wrong clocks. Stores are flushed or restored from an older copy, partitions lose
their newest records, code throws. In some runs the engine is one process on one SQLite file, whose disk is full at times: commits fail and are rolled back.
Faults end after half a minute, or after a minute of casework. Then everything must finish within three minutes. In a tenth of the runs faults do not end: there only safety is checked.

  --seed N           the first seed (default: the time)
  --runs K           number of consecutive seeds (default 100)
  --requests R       number of requests in each run (default 5)
  --workload W       the actors: ${Object.entries(workloads)
    .map(([name, what]) => `${name} (${what})`)
    .join(', ')}; default: drawn for each run
  --embedded         in every run the engine is one process on one SQLite file, except in upgrades
  --checks           in every run, except in upgrades, the engine has a second workflow: checks of documents
  --calm             without faults
  --without FAULTS   without the faults with these numbers, separated by commas, as a failing run prints them
  --without-guard G  without one of the engine's guards: ${Object.keys(guards).join(', ')}
  --guards           remove each guard alone and run the seed that last showed the defect, then up to K seeds (default 300)
  --keep FILE        for one run, write the observations for tests/checker/main.ts (docs/contributing/testing.md)
  --workers W        number of processes (default: the number of cores)

Exits with 1 after a violation, or where ${'`'}--runs${'`'} is 300 or more and a milestone was not reached;
with ${'`'}--guards${'`'}, where no run showed that a guard is missing.`

export interface Campaign {
  readonly seed: number
  readonly runs: number
  readonly requests: number
  readonly rates: FaultRates
  /** Undefined: drawn for each run. */
  readonly workload: Workload | undefined
  /** The file for the observations of the one run. */
  readonly keep: string | undefined
  readonly embedded: boolean
  /** Whether the engine has checks of documents as well; undefined: drawn for each run. */
  readonly checks: boolean | undefined
  readonly calm: boolean
  readonly without: ReadonlySet<number>
  readonly workers: number
  /** The guard that is removed. */
  readonly guard: GuardName | undefined
  /** Each guard is removed in turn. */
  readonly isOfGuards: boolean
}

/** Often enough for most runs to have each fault, rare enough for runs to differ. */
const stormy: FaultRates = {
  failing: 0.01,
  answerLost: 0.01,
  slow: 0.005,
  asleep: 0.002,
  crashesPerHour: 80,
  expulsionsPerHour: 80,
  flushesPerHour: 30,
  rewindsPerHour: 30,
  leapsPerHour: 30,
  cutsPerHour: 80,
  fullDisksPerHour: 600,
}

/** Throws the problem of the arguments; undefined for --help. */
export function readCampaign(args: readonly string[], workers: number, nowMs: number): Campaign | undefined {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: text,
      runs: text,
      requests: text,
      workload: text,
      keep: text,
      without: text,
      'without-guard': text,
      workers: text,
      guards: { type: 'boolean' },
      embedded: { type: 'boolean' },
      checks: { type: 'boolean' },
      calm: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) return undefined
  const number = (name: 'seed' | 'runs' | 'requests' | 'workers', otherwise: number, least: number, most: number): number => {
    const given = values[name] === undefined ? otherwise : Number(values[name])
    if (!Number.isInteger(given) || given < least || given > most)
      throw new Error(`--${name} ${values[name]} is not a whole number from ${least} to ${most}`)
    return given
  }
  const without = (values.without ?? '').split(',').filter(Boolean).map(Number)
  if (without.some(fault => !Number.isInteger(fault) || fault < 0)) throw new Error(`--without ${values.without} names no faults`)
  const calm = values.calm === true
  const guard = values['without-guard']
  if (guard !== undefined && !isGuard(guard)) throw new Error(`--without-guard ${guard} names none of ${Object.keys(guards).join(', ')}`)
  const { workload } = values
  if (workload !== undefined && !isWorkload(workload))
    throw new Error(`--workload ${workload} names none of ${Object.keys(workloads).join(', ')}`)
  const { keep } = values
  if (keep !== undefined && values.runs !== '1') throw new Error('--keep is for one run: add --runs 1')
  const isOfGuards = values.guards === true
  if (isOfGuards && (calm || guard || without.length > 0))
    throw new Error('--guards tries each guard with all faults: remove --calm, --without and --without-guard')
  return {
    seed: number('seed', Math.floor(nowMs / 1000), 0, 2 ** 32 - 1),
    runs: number('runs', isOfGuards ? 300 : 100, 1, 1_000_000),
    requests: number('requests', 5, 1, 200),
    workers: number('workers', workers, 1, 64),
    rates: calm ? noFaults : stormy,
    workload,
    keep,
    embedded: values.embedded === true,
    // The seeds of guards belong to runs without checks.
    checks: guard ? false : values.checks,
    calm,
    without: new Set(without),
    guard,
    isOfGuards,
  }
}

const isWorkload = (name: string): name is Workload => Object.hasOwn(workloads, name)
const isGuard = (name: string): name is GuardName => Object.hasOwn(guards, name)
