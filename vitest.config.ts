import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { lanesOf } from './packages/test-kit/src/lanes.ts'
import LongestFirst from './packages/test-kit/src/longest-first.ts'

const realServers = './packages/test-kit/src/test-servers.ts'
const onRealServers = [
  'packages/streams/src/kafka/**/*.test.ts',
  'packages/stores/src/redis/**/*.test.ts',
  'packages/sealing/src/redis/**/*.test.ts',
  'packages/test-kit/src/*-server.test.ts',
  '**/*.contract.test.ts',
]
const always = ['**/node_modules/**']
/** What measures how fast something is, or how much it takes, has the machine for itself. */
const measuring = [
  'tests/faults/{back-in-service,back-pressure,endpoints,graceful-stop,planted-faults,under-attack}.test.ts',
  'tests/desk/faults/**/*.test.ts',
  // Has everything that is promised done within a time after the last fault.
  'tests/real-faults/faults/**/*.test.ts',
  'services/desk/src/analysis/many-requests.test.ts',
]

/** Unit tests for which a part of Node is another one: who loads it before or after them has that too. */
const withOtherParts = [
  'packages/sqlite/src/{disk-that-fails,without-a-thread}.test.ts',
  'packages/service-kit/src/words/keys-of-a-disk-that-fails.test.ts',
]

/** Test files that need real servers run several at a time, each with servers of its own, unless somebody has named the servers or they are containers. */
const { HOLDFAST_TEST_KAFKA, HOLDFAST_TEST_REDIS, HOLDFAST_TEST_SERVERS, HOLDFAST_TEST_LANES } = process.env
const processors = availableParallelism()
const lanesOfOwn = lanesOf(HOLDFAST_TEST_LANES, processors)
const lanes = HOLDFAST_TEST_KAFKA || HOLDFAST_TEST_REDIS || HOLDFAST_TEST_SERVERS === 'docker' ? 1 : lanesOfOwn
process.env.HOLDFAST_TEST_LANES = String(lanes)
const onServers = { globalSetup: realServers, setupFiles: './packages/test-kit/src/test-lane.ts', maxWorkers: lanes }

// Of two processors vitest makes one worker by itself, and many files wait for most of their time.
const unit = { testTimeout: 15_000, maxWorkers: Math.max(3, processors), sequence: { groupOrder: 0 } }

// A group starts when the one before it has ended, so that what needs the whole machine does not share it with the unit tests.
export default defineConfig({
  test: {
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    // A second, as vitest has it, is what one stall of a busy machine takes.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'schemas/**/*.test.ts',
            'packages/**/*.test.ts',
            'services/**/*.test.ts',
            'bench/**/*.test.ts',
            'tests/*.test.ts',
            'tests/boundaries/**/*.test.ts',
            'tests/browser/**/*.test.ts',
            'tests/checker/**/*.test.ts',
            'tests/real-faults/*.test.ts',
            'tests/vectors/**/*.test.ts',
            'tests/visibility/**/*.test.ts',
          ],
          exclude: [...always, ...onRealServers, ...measuring, ...withOtherParts],
          ...unit,
          // Three hundred files that each loaded the same modules anew would spend two fifths of their CPU on that.
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'unit-apart', include: withOtherParts, exclude: always, ...unit },
      },
      {
        extends: true,
        test: {
          name: 'contracts',
          include: onRealServers,
          exclude: always,
          ...onServers,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'journeys',
          include: ['tests/**/*.test.ts'],
          exclude: [
            ...always,
            ...onRealServers,
            'tests/*.test.ts',
            'tests/{arbitration,boundaries,browser,checker,doors,model,real-faults,simulation,vectors,visibility}/**',
            'tests/**/faults/**',
          ],
          ...onServers,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'model',
          include: ['tests/{arbitration,doors,model,simulation}/**/*.test.ts'],
          exclude: [...always, 'tests/**/faults/**'],
          testTimeout: 300_000,
          // Beside the solvers of the arbitration, which give way.
          maxWorkers: 2,
          // Each path has an engine of its own in this process, and waits for it most of its time.
          maxConcurrency: 6,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['tests/**/faults/**/*.test.ts'],
          exclude: [...always, ...measuring],
          ...onServers,
          testTimeout: 300_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 4 },
        },
      },
      {
        extends: true,
        test: {
          name: 'measured',
          include: measuring,
          exclude: always,
          globalSetup: realServers,
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
})
