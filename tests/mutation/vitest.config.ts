import { defineConfig } from 'vitest/config'

// The unit tests of one room, without the projects of the whole: Stryker starts them some thousand times.
export default defineConfig({
  test: {
    include: [`${process.env.HOLDFAST_MUTATION_DIRECTORY}/**/*.test.ts`],
    // Code that counts which of its places a test comes by is several times slower. A change that makes a loop endless is ended by Stryker much sooner.
    testTimeout: 120_000,
  },
})
