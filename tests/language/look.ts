import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isException, isMeasured, wordLists } from './exceptions.ts'
import { figuresOf, overLimits } from './figures.ts'
import { type Finding, findAvoided } from './find-avoided.ts'

const sources = [
  '{schemas,packages,services,workflows,infra,docs,tests,bench,examples}/**/*.{ts,tsx,js,mjs,css,html,java,als,py,sh,yaml,properties,conf,md,po}',
  '*.{ts,md}',
  '.ci/run',
  '{package.json,{schemas,packages/*,services/*,workflows/*,tests,bench}/package.json}',
  'packages/desk-*/src/**/{en,fr,es,ar}.json',
]
const foreign = [
  '**/node_modules',
  '**/dist',
  '**/dist.*',
  '**/.{turbo,holdfast,run,stryker-tmp}',
  '**/results',
  '**/reports',
  '**/libs*',
  'docs/vectors/*.json',
]

export interface Look {
  readonly files: number
  /** All findings of the repository. */
  readonly findings: readonly Finding[]
  /** What fails the check, as one line each: avoided wordings, and long sentences and cells of measured pages. */
  readonly problems: readonly string[]
}

export const pagesUnder = (root: string): string[] => filesUnder(root).filter(file => file.endsWith('.md'))

const filesUnder = (root: string): string[] => [...new Set(globSync(sources, { cwd: root, exclude: foreign }))].sort()

/** Looks for avoided wordings in every file of the repository at `root`, and measures the documentation pages. */
export function lookAtLanguage(root: string): Look {
  const files = filesUnder(root).filter(file => !wordLists.includes(file))
  const findings: Finding[] = []
  const problems: string[] = []
  for (const file of files) {
    const content = readFileSync(join(root, file), 'utf8')
    const found = findAvoided(file, content)
    findings.push(...found)
    problems.push(...found.filter(finding => !isException(file, finding.found)).map(lineOf))
    if (isMeasured(file)) problems.push(...overLimits(figuresOf([content])).map(problem => `${file}: ${problem}`))
  }
  return { files: files.length, findings, problems }
}

const lineOf = ({ file, line, scope, found, avoided: { use } }: Finding): string =>
  `${file}${line > 0 ? `:${line}` : ''} ${scope}: "${found.replace(/\s+/g, ' ')}" is not used here; use: ${use}`
