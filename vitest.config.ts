import { globSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { catalogPlugin } from './packages/desk-web/catalogs/compile-catalog.ts'
import { lanesOf } from './packages/test-kit/src/lanes.ts'
import LongestFirst from './packages/test-kit/src/longest-first.ts'
import { isInTier, type Tier, tierOf, tierVariable } from './packages/test-kit/src/tier.ts'

// Three tiers: `test` checks a change, `full` finds more and takes longer, `measure` measures. The name or folder of a
// file determines its tier.
const full = ['**/*.full.test.ts', 'tests/**/faults/**/*.test.ts', 'tests/{arbitration,model}/**/*.test.ts']
const measure = ['**/*.measure.test.ts']

const realServers = './packages/test-kit/src/test-servers.ts'
const onRealServers = [
  'packages/streams/src/kafka/**/*.test.ts',
  'packages/stores/src/redis/**/*.test.ts',
  'packages/encryption/src/redis/**/*.test.ts',
  'packages/test-kit/src/*-server.test.ts',
  '**/*.contract.test.ts',
]

/** Unit tests for which a part of Node is another one: who loads it before or after them has that too. */
const withOtherParts = [
  'packages/sqlite/src/{disk-that-fails,without-a-thread}.test.ts',
  'packages/runtime/src/backends/keys-of-a-disk-that-fails.test.ts',
]

const filesWhere = (pattern: string, holds: (source: string) => boolean): string[] =>
  globSync(pattern, { cwd: import.meta.dirname, exclude: ['**/node_modules'] }).filter(file =>
    holds(readFileSync(new URL(file, import.meta.url), 'utf8')),
  )
/**
 * Journeys that run on each backend: on the embedded engine in tier `test`, on Kafka and Redis in tier `full`
 * (tests/src/backends.ts).
 */
const onEachBackend = filesWhere(
  'tests/{journeys,desk}/*.test.ts',
  source => source.includes('describeOnBackends(') && !source.includes('clusterBackend'),
)
/** Properties that draw a tenth of their cases in tier `test`, and all of them in tier `full`. */
const ofDrawnCases = filesWhere('{schemas,packages,services,workflows}/**/*.test.ts', source => source.includes('numRuns: drawnCases('))

const always = ['**/node_modules/**']
const otherTiers = [...always, ...full, ...measure]

/** Test files that need real servers share them, several files at a time, each in a namespace of its own. */
const processors = availableParallelism()
const lanes = lanesOf(process.env.HOLDFAST_TEST_LANES, processors)
const onSharedServers = { globalSetup: realServers, setupFiles: './tests/src/test-namespace.ts', hookTimeout: 120_000 }
const onServers = { ...onSharedServers, maxWorkers: lanes }
/** Files of tier `full` wait less: a third lane on two processors makes each of them slower, and the run no shorter. */
const lanesOfFull = process.env.HOLDFAST_TEST_LANES ? lanes : Math.min(6, Math.max(2, processors))

// Of two processors vitest makes one worker by itself, and many files wait for most of their time.
const unit = { testTimeout: 60_000, maxWorkers: Math.max(3, processors), sequence: { groupOrder: 0 } }

interface Project {
  readonly tier: Exclude<Tier, 'all'>
  readonly test: { readonly include: string[]; readonly exclude: string[]; readonly [option: string]: unknown }
}

export const projects: readonly Project[] = [
  {
    tier: 'test',
    test: {
      name: 'unit',
      include: [
        'schemas/**/*.test.ts',
        'packages/**/*.test.ts',
        'services/**/*.test.ts',
        'workflows/**/*.test.ts',
        'bench/**/*.test.ts',
        'tests/*.test.ts',
        'tests/{boundaries,bounds,browser,checker,language,promises,regexes,vectors,visibility}/**/*.test.ts',
        'tests/real-faults/*.test.ts',
      ],
      exclude: [...otherTiers, ...onRealServers, ...withOtherParts],
      ...unit,
      // Three hundred files that each loaded the same modules again would spend two fifths of their CPU on that.
      isolate: false,
    },
  },
  { tier: 'test', test: { name: 'unit-apart', include: withOtherParts, exclude: otherTiers, ...unit } },
  // The three projects of one group share its lanes, the longest file first.
  {
    tier: 'test',
    test: {
      name: 'contracts',
      include: onRealServers,
      exclude: otherTiers,
      ...onServers,
      testTimeout: 60_000,
      sequence: { groupOrder: 1 },
    },
  },
  {
    tier: 'test',
    test: {
      name: 'journeys',
      include: ['tests/{journeys,desk,docs,interop,replay}/**/*.test.ts'],
      exclude: otherTiers,
      ...onServers,
      testTimeout: 120_000,
      sequence: { groupOrder: 1 },
    },
  },
  {
    tier: 'test',
    test: {
      name: 'simulation',
      include: ['tests/{fuzz,simulation}/**/*.test.ts'],
      exclude: otherTiers,
      testTimeout: 600_000,
      maxWorkers: lanes,
      sequence: { groupOrder: 1 },
    },
  },
  {
    tier: 'full',
    test: {
      name: 'full',
      // A run of named files has both backends in `journeys`, and all cases in `unit`.
      include: tierOf(process.env[tierVariable]) === 'full' ? [...full, ...onEachBackend, ...ofDrawnCases] : full,
      exclude: [...always, ...measure],
      ...onServers,
      maxWorkers: lanesOfFull,
      testTimeout: 300_000,
      // Each path of the model has an engine of its own in this process, and waits for it most of its time.
      maxConcurrency: 6,
      sequence: { groupOrder: 2 },
    },
  },
  {
    tier: 'measure',
    test: {
      name: 'measure',
      include: measure,
      exclude: always,
      ...onSharedServers,
      testTimeout: 300_000,
      // What is measured has the machine for itself.
      fileParallelism: false,
      sequence: { groupOrder: 3 },
    },
  },
]

export default defineConfig({
  plugins: [catalogPlugin()],
  test: {
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    // A second, as vitest has it, is what one stall of a busy machine takes.
    expect: { poll: { timeout: 10_000 } },
    projects: projects.filter(({ tier }) => isInTier(tier)).map(({ test }) => ({ extends: true, test })),
  },
})
