import { parseArgs } from 'node:util'
import { type GuardName, guards } from './guards.ts'
import { kinds } from './kinds/all.ts'
import type { EngineName } from './site.ts'

/** In addition to the kinds: a simulation campaign with fresh seeds. */
export const simulation = 'simulation'
const engines = ['cluster', 'embedded'] as const

export const usage = `Usage: npm run faults -- [--seed N] [--seconds S] [--engine ENGINE] [--only KIND[,KIND]] [--rate R] [--within MS]
                         [--without-guard G] [--json FILE]

Runs the real engine under a load while real faults happen, and checks what clients observe. A simulation with fresh seeds runs first, for a tenth of
the time. The seed determines the faults, their order and their targets. It does not determine how long operations take.

  --seed N           (default: the time)
  --seconds S        length of the faults, 20 to 86400 (default 300); two engines have half of it each
  --engine ENGINE    ${engines.join(' or ')} (default: both, one after the other)
  --only KINDS       only these kinds, separated by commas; ${simulation} alone simulates for the whole time
  --rate R           requests a second, 1 to 200 (default 20)
  --within MS        time limit for a probe's order to reach its bank, 100 to 60000 (default 1000); more on a loaded machine
  --without-guard G  without one of the engine's guards: ${Object.keys(guards).join(', ')}
  --json FILE        write all results to this file

Kinds:
${kinds.map(({ name, engine, what }) => `  ${name.padEnd(18)} ${engine === 'both' ? '' : `(${engine}) `}${what}`).join('\n')}

The cluster needs Java, Maven and redis-server; clocks need Debian's faketime, and a full disk needs root.
Exits with 1 after a violation or a fault that did not end, with 2 for invalid arguments.`

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

/** Throws all problems of the arguments; undefined for --help. */
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
      problems.push(`--${name} ${values[name]} is not a whole number from ${least} to ${most}`)
    return given
  }
  const seed = number('seed', Math.floor(nowMs / 1000), 0, 2 ** 32 - 1)
  const seconds = number('seconds', 300, 20, 86_400)
  const perSecond = number('rate', 20, 1, 200)
  const servedWithinMs = number('within', 1_000, 100, 60_000)
  const { engine, 'without-guard': guard, json } = values
  if (engine !== undefined && !isEngine(engine)) problems.push(`--engine ${engine} is none of ${engines.join(', ')}`)
  if (guard !== undefined && !isGuard(guard)) problems.push(`--without-guard ${guard} is none of ${Object.keys(guards).join(', ')}`)
  if (json === '') problems.push('--json needs a file name')
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
        problems.push(`--only ${values.only} names no fault of the ${each} engine`)
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return {
    seed,
    seconds,
    // An engine without any of these kinds is not run.
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
