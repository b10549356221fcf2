import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Stryker } from '@stryker-mutator/core'

// `npm run mutation -- packages/rules`: changes the room's code a thousand times, one change at a time, and looks whether its own tests notice. Exits with 1
// under the limit below. What was not noticed is listed, and stands with its place in reports/mutation.

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Less than this, in percent of the changes, and the tests of a room let too much through. docs/mutation.md says what the rooms reach. */
const noticedMin = 85

const [argument, ...rest] = process.argv.slice(2)
const room = argument?.replace(/\/+$/, '')
if (room === undefined || rest.length > 0 || !existsSync(join(root, room, 'src'))) {
  console.error('usage: npm run mutation -- ROOM, such as packages/rules')
  process.exit(2)
}

process.chdir(root)
process.env.HOLDFAST_MUTATION_DIRECTORY = join(room, 'src')
const report = join('reports/mutation', room.replaceAll('/', '-'))
const run = new Stryker({
  mutate: [`${room}/src/**/*.ts`, `!${room}/src/**/*.test.ts`, `!${room}/src/index.ts`],
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'tests/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  // Beside whatever else a machine of two cores does.
  concurrency: 2,
  // Stryker rewrites a tsconfig by an interface that version 7 of TypeScript does not have. Nothing here is compiled by one: no such file is none to rewrite.
  tsconfigFile: 'no-tsconfig.json',
  tempDirName: '.stryker-tmp',
  cleanTempDir: 'always',
  // The sandbox is a copy of everything but this: what is large, and written while nobody changes the code.
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

// It has said why by then: a test fails without any change, or the code can not be read.
await run.catch(() => {
  process.exitCode = 1
})
