import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Stryker } from '@stryker-mutator/core'

// `npm run mutation -- packages/core`: changes the code of a package a thousand times, one change at a time, and
// counts the changes that its own tests detect. Exits with 1 under the limit below. Undetected changes are listed in
// reports/mutation.

type MutantResult = Awaited<ReturnType<Stryker['runMutationTest']>>[number]

const root = fileURLToPath(new URL('../..', import.meta.url))
/** The least percentage of detected changes. docs/contributing/mutation.md has the results of the packages. */
const noticedMin = 85

const [argument, ...rest] = process.argv.slice(2)
const packageFolder = argument?.replace(/\/+$/, '')
if (packageFolder === undefined || rest.length > 0 || !existsSync(join(root, packageFolder))) {
  console.error('usage: npm run mutation -- FOLDER, such as packages/core or workflows/payment-stop/src/rules')
  process.exit(2)
}

process.chdir(root)
/** The sources of a package, or a folder of them. */
const sources = existsSync(join(packageFolder, 'src')) ? join(packageFolder, 'src') : packageFolder
process.env.HOLDFAST_MUTATION_DIRECTORY = sources
const report = join('reports/mutation', packageFolder.replaceAll('/', '-'))

// The first run shares modules between test files, which is five times as fast. But a table that one test has cached
// hides a change from the next one. So the second run repeats what was not detected, with modules of its own per file.
const first = await mutate([`${sources}/**/*.ts`, `!${sources}/**/*.test.ts`, `!${sources}/index.ts`], 'shared')
const undetected = first.filter(isUndetected)
const second = undetected.length > 0 ? await mutate(undetected.map(rangeOf), 'isolated') : []
// A range also holds the changes within it, so a change counts by its position and replacement. One that was not repeated
// counts as undetected.
const detectedAlone = new Set(second.filter(each => !isUndetected(each)).map(keyOf))
const left = undetected.filter(each => !detectedAlone.has(keyOf(each)))
const counted = first.filter(({ status }) => status !== 'CompileError' && status !== 'RuntimeError' && status !== 'Ignored')
const score = (100 * (counted.length - left.length)) / counted.length
for (const { fileName, location, mutatorName, replacement } of left)
  console.log(`${fileName}:${location.start.line + 1}: ${mutatorName}: ${replacement.replace(/\s+/g, ' ').slice(0, 100)}`)
console.log(`${packageFolder}: ${counted.length} changes, ${counted.length - left.length} detected, ${score.toFixed(1)} %`)
if (!(score >= noticedMin)) process.exitCode = 1

async function mutate(files: readonly string[], modules: 'shared' | 'isolated'): Promise<MutantResult[]> {
  process.env.HOLDFAST_MUTATION_MODULES = modules
  const run = new Stryker({
    mutate: [...files],
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'tests/mutation/vitest.config.ts', related: false },
    coverageAnalysis: 'perTest',
    // Leaves capacity for other work on a machine of two cores.
    concurrency: 2,
    // A slow machine must not pass for a detected change.
    timeoutMS: 60_000,
    // Stryker rewrites a tsconfig by an interface that TypeScript 7 does not have. No code here is compiled by one, so a
    // missing file is named.
    tsconfigFile: 'no-tsconfig.json',
    tempDirName: '.stryker-tmp',
    cleanTempDir: 'always',
    // The sandbox is a copy without these folders, which are large and change while it runs.
    ignorePatterns: [
      '.holdfast',
      'bench/results',
      'infra/kafka/libs*',
      'infra/.run',
      'reports',
      'tests/interop/java/libs*',
      'tests/results',
      '*.log',
    ],
    reporters: ['progress-append-only', 'html', 'json'],
    allowConsoleColors: process.stdout.isTTY,
    htmlReporter: { fileName: `${report}-${modules}.html` },
    jsonReporter: { fileName: `${report}-${modules}.json` },
  }).runMutationTest()
  // Stryker has printed the reason: a test fails without any change, or the code cannot be read.
  return run.catch(() => process.exit(1))
}

function isUndetected({ status }: MutantResult): boolean {
  return status === 'Survived' || status === 'NoCoverage'
}

/** As Stryker takes a range: lines from 1, columns from 0. */
function rangeOf({ fileName, location: { start, end } }: MutantResult): string {
  return `${relative(root, resolve(root, fileName))}:${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`
}

function keyOf({ fileName, location: { start, end }, replacement }: MutantResult): string {
  return JSON.stringify([fileName, start, end, replacement])
}
