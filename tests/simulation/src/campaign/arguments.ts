import { parseArgs } from 'node:util'
import { type FaultRates, noFaults } from '../chance/fates.ts'
import { type GuardName, guards } from '../guards.ts'
import { type Workload, workloads } from '../workloads.ts'

export const usage = `Usage: npm run simulate -- [--seed N] [--runs K] [--requests R] [--workload W] [--embedded] [--calm] [--without FAULTS] [--workers W]
       npm run simulate -- --guards [--seed N] [--runs K] [--requests R] [--workers W]

Runs all services, of some of them two, in one process, on a log and stores in memory, in virtual time. Everything that happens in a run follows from its seed:
calls fail, are lost or answered late, processes are killed and started again, are taken for dead and work on, fall asleep as they write, have wrong clocks, stores forget
or go back to an old copy, partitions lose their newest records, code throws. On some days the engine is one process on one SQLite file, whose disk is full now and then: commits fail, and what they held is undone. After half a minute of that, or a minute of casework, faults end, and everything has to be finished within three; on a tenth of
the days they do not end, and what may never happen must not happen then.

  --seed N           the first seed (default: by the time)
  --runs K           how many seeds, one after the other (default 100)
  --requests R       how many requests each run sends (default 5)
  --workload W       what is at work: ${Object.entries(workloads)
    .map(([name, what]) => `${name} (${what})`)
    .join(', ')}; drawn for each run where it is not said
  --embedded         on every day the engine is one process on one SQLite file, but while it is upgraded
  --calm             without faults
  --without FAULTS   these faults, by their numbers and with commas, do not happen; as a failing run prints it
  --without-guard G  without one of the engine's guards: ${Object.keys(guards).join(', ')}
  --guards           takes out each guard alone, and runs the seed that showed last that it is missing, and where that shows nothing up to K (default 300)
  --keep FILE        of one run, what the outside saw of it: tests/checker/main.ts takes that, and docs/checking.md says how
  --workers W        processes that share the seeds (default: as many as there are cores)

Exits with 1 where something that must be so was not, or where ${'`'}--runs${'`'} is 300 or more and something never happened that every campaign has to try;
with ${'`'}--guards${'`'}, where a guard was not missed.`

export interface Campaign {
  readonly seed: number
  readonly runs: number
  readonly requests: number
  readonly rates: FaultRates
  /** Drawn for each run where it is not given. */
  readonly workload: Workload | undefined
  /** Where what was seen of the one run is put. */
  readonly keep: string | undefined
  readonly embedded: boolean
  readonly calm: boolean
  readonly without: ReadonlySet<number>
  readonly workers: number
  /** Taken out. */
  readonly guard: GuardName | undefined
  /** Each guard is taken out, one after the other. */
  readonly isOfGuards: boolean
}

/** As often as it takes for most runs to meet each, and seldom enough for them to come apart from each other. */
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

/** Throws what is wrong with them; undefined where help is asked for. */
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
      calm: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  if (values.help) return undefined
  const number = (name: 'seed' | 'runs' | 'requests' | 'workers', otherwise: number, least: number, most: number): number => {
    const given = values[name] === undefined ? otherwise : Number(values[name])
    if (!Number.isInteger(given) || given < least || given > most)
      throw new Error(`--${name} ${values[name]} is no whole number from ${least} to ${most}`)
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
  if (keep !== undefined && values.runs !== '1') throw new Error('--keep is for one run: say --runs 1')
  const isOfGuards = values.guards === true
  if (isOfGuards && (calm || guard || without.length > 0))
    throw new Error('--guards tries each guard with all faults, and takes none of --calm, --without, --without-guard')
  return {
    seed: number('seed', Math.floor(nowMs / 1000), 0, 2 ** 32 - 1),
    runs: number('runs', isOfGuards ? 300 : 100, 1, 1_000_000),
    requests: number('requests', 5, 1, 200),
    workers: number('workers', workers, 1, 64),
    rates: calm ? noFaults : stormy,
    workload,
    keep,
    embedded: values.embedded === true,
    calm,
    without: new Set(without),
    guard,
    isOfGuards,
  }
}

const isWorkload = (name: string): name is Workload => Object.hasOwn(workloads, name)
const isGuard = (name: string): name is GuardName => Object.hasOwn(guards, name)
