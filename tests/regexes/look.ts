import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BuiltExpression, type Expression, findExpressions } from './find-expressions.ts'
import { type Finding, judge, keyOf } from './judge.ts'
import { builtExpressions, trustedCode } from './trusted.ts'

export interface Look {
  readonly files: number
  readonly expressions: number
  /** The number of different expressions that were checked. */
  readonly judged: number
  readonly findings: readonly Finding[]
  /** Expressions of product code that are built at run time and are missing in `trusted.ts`. */
  readonly unknown: readonly BuiltExpression[]
  /** Entries of `trusted.ts` that no source has any more. */
  readonly stale: readonly string[]
}

const sources = ['{schemas,packages,services,workflows,infra,docs,tests,bench}/**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}', '*.{ts,js,mjs,cjs}']
/** JSON Schema contains the patterns of zod's own formats too, such as that of an instant. */
const jsonSchemas = ['schemas/generated/*.json', 'docs/*.schema.json']
const notSources = ['**/node_modules', '**/dist', '**/.*', '**/results', '**/reports', '**/libs*']

/** Finds every regular expression of the repository at `root` and checks those of product code. */
export async function lookAtExpressions(root: string): Promise<Look> {
  const files = globSync(sources, { cwd: root, exclude: notSources }).sort()
  const found = files.map(file => findExpressions(file, readFileSync(join(root, file), 'utf8')))
  const expressions = [...found.flatMap(each => each.expressions), ...patternsOfSchemas(root)]
  const built = found.flatMap(each => each.built).filter(isProduct)
  const entries = builtExpressions.filter(entry => built.some(each => isOf(entry, each)))
  const examples = entries.flatMap(({ file, examples: patterns }) => patterns.map(pattern => ({ file, line: 0, pattern, flags: '' })))
  const product = [...expressions.filter(isProduct), ...examples]
  return {
    files: files.length,
    expressions: expressions.length + found.flatMap(each => each.built).length,
    judged: new Set(product.map(keyOf)).size,
    findings: await judge(product),
    unknown: built.filter(each => !builtExpressions.some(entry => isOf(entry, each))),
    stale: builtExpressions.filter(entry => !entries.includes(entry)).map(({ file, argument }) => `${file}: ${argument}`),
  }
}

const isProduct = ({ file }: { readonly file: string }): boolean => !trustedCode.some(({ path }) => path.test(file))

const isOf = (entry: (typeof builtExpressions)[number], { file, argument }: BuiltExpression): boolean =>
  entry.file === file && entry.argument === argument

function patternsOfSchemas(root: string): Expression[] {
  return globSync(jsonSchemas, { cwd: root }).flatMap(file => {
    const patterns = new Set<string>()
    JSON.parse(readFileSync(join(root, file), 'utf8'), (name, value) => {
      if (name === 'pattern' && typeof value === 'string') patterns.add(value)
      return value
    })
    return [...patterns].map(pattern => ({ file, line: 0, pattern, flags: 'u' }))
  })
}
