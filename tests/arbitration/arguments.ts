import { parseArgs } from 'node:util'
import type { Size } from './claims.ts'
import { models } from './examine.ts'

const guards = [...new Set(models.flatMap(model => model.guards.map(({ without }) => without.replaceAll('_', '-'))))]
const names = models.map(({ name }) => name)

export const usage = `Usage: npm run arbitration -- [--large] [--model NAMES] [--without-guard NAMES] [--workers N] [--write]

Examines the arbitration model (tests/arbitration/model) with Alloy, which needs Java. With all guards every promise must follow, for runs of any length
and the given numbers of owners, offsets and requests. Without each guard a promise must break, with the shortest run that shows it. Each moment must be
reached. CaDiCaL, where installed (Debian: cadical), takes a fraction of the time of Alloy's own solver.

  --large              larger scopes: a quarter of an hour instead of some minutes
  --model NAMES        only these parts, separated by commas: ${names.join(', ')}
  --without-guard NAMES  remove only these guards: ${guards.join(', ')}
  --workers N          number of parallel Alloy processes (default: the number of cores, at most 4)
  --write              write the results to tests/arbitration/results.md; allows only --workers with it

Exits with 1 where a claim does not hold, with 2 where the model cannot be examined.`

export interface Arguments {
  readonly size: Size
  readonly models: readonly string[]
  /** Empty: everything is examined. */
  readonly guards: readonly string[]
  readonly workers: number
  readonly isWritten: boolean
}

/** Throws all problems, one on each line; undefined for --help. */
export function readArguments(args: readonly string[], cores: number): Arguments | undefined {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const { values } = parseArgs({
    args: [...args],
    options: { large: flag, model: text, 'without-guard': text, workers: text, write: flag, help: flag },
  })
  if (values.help) return undefined
  const problems: string[] = []
  const listed = (option: 'model' | 'without-guard', known: readonly string[]): string[] => {
    const given = values[option]?.split(',') ?? []
    for (const name of given) if (!known.includes(name)) problems.push(`--${option} ${name} names none of ${known.join(', ')}`)
    return given
  }
  const workers = values.workers === undefined ? Math.min(cores, 4) : Number(values.workers)
  if (!Number.isInteger(workers) || workers < 1 || workers > 16)
    problems.push(`--workers ${values.workers} is not a whole number from 1 to 16`)
  const given = {
    size: values.large ? ('large' as const) : ('small' as const),
    models: listed('model', names),
    guards: listed('without-guard', guards),
    workers,
    isWritten: values.write === true,
  }
  if (given.isWritten && (values.large || values.model !== undefined || values['without-guard'] !== undefined))
    problems.push('--write needs complete results: remove --large, --model and --without-guard')
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return given
}
