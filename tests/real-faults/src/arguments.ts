import { parseArgs } from 'node:util'
import { type GuardName, guards } from './guards.ts'
import { kinds } from './kinds/all.ts'
import type { EngineName } from './site.ts'

/** Beside the kinds: a simulation campaign of fresh seeds. */
export const simulation = 'simulation'
const engines = ['cluster', 'embedded'] as const

export const usage = `Usage: npm run faults -- [--seed N] [--seconds S] [--engine ENGINE] [--only KIND[,KIND]] [--rate R] [--within MS]
                         [--without-guard G] [--json FILE]

Runs the real engine under a load while real faults happen, and has everything judged that the outside saw of it. First bad days are simulated with
fresh seeds, for a tenth of the time. What happens, when and to whom is drawn from the seed; how long things take is the machine's.

  --seed N           (default: by the time)
  --seconds S        how long faults happen, 20 to 86400 (default 300); of two engines each has half of it
  --engine ENGINE    ${engines.join(' or ')} (default: both, one after the other)
  --only KINDS       these kinds alone, with commas; ${simulation} alone simulates for all of the time
  --rate R           requests a second, 1 to 200 (default 20)
  --within MS        how soon a probe's order has to be at its bank for service to be full, 100 to 60000 (default 1000): more on a machine that does other things
  --without-guard G  without one of the engine's guards: ${Object.keys(guards).join(', ')}
  --json FILE        writes everything that came of it

Kinds:
${kinds.map(({ name, engine, what }) => `  ${name.padEnd(18)} ${engine === 'both' ? '' : `(${engine}) `}${what}`).join('\n')}

The cluster needs Java, Maven and redis-server; clocks need Debian's faketime, and a full disk needs root.
Exits with 1 where something that must be so was not, or something did not end; 2 where it is not told what to do in a way that it can.`

export interface Wanted {
  readonly seed: number
  readonly seconds: number
  readonly engines: readonly EngineName[]
  /** Undefined: all of them. */
  readonly only: readonly string[] | undefined
  readonly perSecond: number
  readonly servedWithinMs: number
  readonly guard: GuardName | undefined
  readonly json: string | undefined
}

/** Throws everything that is wrong with them; undefined where help is asked for. */
export function readWanted(args: readonly string[], nowMs: number): Wanted | undefined {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: text,
      seconds: text,
      engine: text,
      only: text,
      rate: text,
      within: text,
      'without-guard': text,
      json: text,
      help: { type: 'boolean' },
    },
  })
  if (values.help) return undefined
  const problems: string[] = []
  const number = (name: 'seed' | 'seconds' | 'rate' | 'within', otherwise: number, least: number, most: number): number => {
    const given = values[name] === undefined ? otherwise : Number(values[name] || Number.NaN)
    if (!Number.isInteger(given) || given < least || given > most)
      problems.push(`--${name} ${values[name]} is no whole number from ${least} to ${most}`)
    return given
  }
  const seed = number('seed', Math.floor(nowMs / 1000), 0, 2 ** 32 - 1)
  const seconds = number('seconds', 300, 20, 86_400)
  const perSecond = number('rate', 20, 1, 200)
  const servedWithinMs = number('within', 1_000, 100, 60_000)
  const { engine, 'without-guard': guard, json } = values
  if (engine !== undefined && !isEngine(engine)) problems.push(`--engine ${engine} is none of ${engines.join(', ')}`)
  if (guard !== undefined && !isGuard(guard)) problems.push(`--without-guard ${guard} is none of ${Object.keys(guards).join(', ')}`)
  if (json === '') problems.push('--json names no file')
  const only = values.only?.split(',')
  const known = new Set([simulation, ...kinds.map(({ name }) => name)])
  const unknown = (only ?? []).filter(name => !known.has(name))
  if (unknown.length > 0)
    problems.push(
      `--only names ${unknown.map(name => `"${name}"`).join(', ')}, which ${unknown.length === 1 ? 'is no kind' : 'are no kinds'} of fault`,
    )
  const wanted: readonly EngineName[] = engine !== undefined && isEngine(engine) ? [engine] : engines
  if (unknown.length === 0 && only && !only.includes(simulation))
    for (const each of wanted)
      if (engine !== undefined && !kinds.some(kind => only.includes(kind.name) && isOf(kind.engine, each)))
        problems.push(`--only ${values.only} names nothing that happens to the ${each} engine`)
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return {
    seed,
    seconds,
    // An engine to which none of them happens is not run.
    engines: wanted.filter(each => !only || kinds.some(kind => only.includes(kind.name) && isOf(kind.engine, each))),
    only,
    perSecond,
    servedWithinMs,
    guard: guard as GuardName | undefined,
    json,
  }
}

const isOf = (of: EngineName | 'both', engine: EngineName): boolean => of === 'both' || of === engine
const isEngine = (name: string): name is EngineName => (engines as readonly string[]).includes(name)
const isGuard = (name: string): name is GuardName => Object.hasOwn(guards, name)
