import { defineConfig } from 'vitest/config'

// The unit tests of one room, without the projects of the whole: Stryker starts them some thousand times.
export default defineConfig({
  test: {
    include: [`${process.env.HOLDFAST_MUTATION_DIRECTORY}/**/*.test.ts`],
    testTimeout: 15_000,
  },
})
