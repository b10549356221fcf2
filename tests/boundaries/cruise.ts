import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { findKnots, findKnotsOfPackages, refusedKnots } from './cycles.ts'
import { forbidden, inTests, options, resolution } from './rules.ts'

export interface Boundaries {
  readonly files: number
  /** Imports from one workspace package into another. */
  readonly edges: number
  /** One line each: rule, from, to; for a cycle all its parts. */
  readonly violations: readonly string[]
}

const folders = ['schemas', 'packages', 'services', 'workflows', 'tests', 'bench', 'infra', 'vitest.config.ts']

/** Reads all imports of the workspace at `root` and applies the rules of `rules.ts`. */
export async function cruiseBoundaries(root: string): Promise<Boundaries> {
  const present = folders.filter(folder => existsSync(join(root, folder)))
  const { output } = await cruise(present, { ...options, baseDir: root, validate: true, ruleSet: { forbidden } }, resolution)
  if (typeof output === 'string') throw new Error('dependency-cruiser returned text instead of a result')
  return summarise(output)
}

function summarise({ modules, summary }: ICruiseResult): Boundaries {
  const own = modules.filter(({ source }) => packageOf(source) !== undefined)
  const edges = own.flatMap(({ source, dependencies }) =>
    dependencies.filter(({ resolved }) => packageOf(resolved) !== undefined && packageOf(resolved) !== packageOf(source)),
  )
  const product = own
    .filter(({ source }) => !isTest(source))
    .map(({ source, dependencies }) => ({ source, imports: [...new Set(dependencies.map(({ resolved }) => resolved))] }))
  return {
    files: own.filter(({ source }) => /\.tsx?$/.test(source)).length,
    edges: edges.length,
    violations: [
      ...summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`),
      ...refusedKnots('no-knots', findKnots(product)),
      ...refusedKnots('no-knots-of-packages', findKnotsOfPackages(product)),
    ],
  }
}

const isTest = (path: string): boolean => new RegExp(inTests).test(path)

const packageOf = (path: string): string | undefined =>
  path.includes('node_modules/') ? undefined : /^((?:packages|services|workflows)\/[^/]+|schemas|tests|bench|infra)\//.exec(path)?.[1]
