import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Stryker } from '@stryker-mutator/core'

// `npm run mutation -- packages/rules`: changes the code of a package a thousand times, one change at a time, and
// counts the changes that its own tests detect. Exits with 1 under the limit below. Undetected changes are listed in
// reports/mutation.

const root = fileURLToPath(new URL('../..', import.meta.url))
/** The least percentage of detected changes. docs/contributing/mutation.md has the results of the packages. */
const noticedMin = 85

const [argument, ...rest] = process.argv.slice(2)
const packageFolder = argument?.replace(/\/+$/, '')
if (packageFolder === undefined || rest.length > 0 || !existsSync(join(root, packageFolder, 'src'))) {
  console.error('usage: npm run mutation -- PACKAGE, such as packages/rules')
  process.exit(2)
}

process.chdir(root)
process.env.HOLDFAST_MUTATION_DIRECTORY = join(packageFolder, 'src')
const report = join('reports/mutation', packageFolder.replaceAll('/', '-'))
const run = new Stryker({
  mutate: [`${packageFolder}/src/**/*.ts`, `!${packageFolder}/src/**/*.test.ts`, `!${packageFolder}/src/index.ts`],
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'tests/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  // Leaves capacity for other work on a machine of two cores.
  concurrency: 2,
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
  reporters: ['clear-text', 'html', 'json'],
  allowConsoleColors: process.stdout.isTTY,
  clearTextReporter: { allowColor: process.stdout.isTTY, reportTests: false, logTests: false },
  htmlReporter: { fileName: `${report}.html` },
  jsonReporter: { fileName: `${report}.json` },
  thresholds: { high: 95, low: noticedMin, break: noticedMin },
}).runMutationTest()

// It has printed the reason: a test fails without any change, or the code cannot be read.
await run.catch(() => {
  process.exitCode = 1
})
