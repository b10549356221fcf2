import { parseArgs } from 'node:util'
import type { Size } from './claims.ts'
import { models } from './examine.ts'

const guards = [...new Set(models.flatMap(model => model.guards.map(({ without }) => without.replaceAll('_', '-'))))]
const names = models.map(({ name }) => name)

export const usage = `Usage: npm run arbitration -- [--large] [--model NAMES] [--without-guard NAMES] [--workers N] [--write]

Examines the model of the arbitration (tests/arbitration/model) with Alloy, which needs Java: that with all guards every promise follows, however long a run
is, for so many owners, places and requests; that with each guard taken out one breaks, with the shortest run that shows it; and that what is of interest
is reached. CaDiCaL solves where it is installed (Debian: cadical), in a fraction of the time that the solver of Alloy takes.

  --large              larger scopes: a quarter of an hour instead of some minutes
  --model NAMES        these parts alone, with commas: ${names.join(', ')}
  --without-guard NAMES  these guards alone, taken out: ${guards.join(', ')}
  --workers N          how many Alloys run at a time (default: as many as there are cores, 4 at most)
  --write              writes what was found into docs/arbitration.md and docs/guarantees.md; takes none of the options above but --workers

Exits with 1 where something is not as claimed, with 2 where it can't be examined.`

export interface Arguments {
  readonly size: Size
  readonly models: readonly string[]
  /** Of none, everything is examined. */
  readonly guards: readonly string[]
  readonly workers: number
  readonly isWritten: boolean
}

/** Throws all that is wrong with them, a line each; undefined where help is asked for. */
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
    problems.push(`--workers ${values.workers} is no whole number from 1 to 16`)
  const given = {
    size: values.large ? ('large' as const) : ('small' as const),
    models: listed('model', names),
    guards: listed('without-guard', guards),
    workers,
    isWritten: values.write === true,
  }
  if (given.isWritten && (values.large || values.model !== undefined || values['without-guard'] !== undefined))
    problems.push('--write writes all of it, and takes none of --large, --model, --without-guard')
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return given
}
