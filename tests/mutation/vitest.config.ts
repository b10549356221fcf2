import { catalogPlugin } from '@holdfast/desk-web/catalog-plugin'
import { defineConfig } from 'vitest/config'

// The unit tests of one package, without the other projects: Stryker starts them some thousand times.
export default defineConfig({
  plugins: [catalogPlugin()],
  test: {
    isolate: process.env.HOLDFAST_MUTATION_MODULES !== 'shared',
    include: [`${process.env.HOLDFAST_MUTATION_DIRECTORY}/**/*.test.ts`],
    // Code with coverage counters is several times slower. Stryker stops an endless loop much sooner.
    testTimeout: 120_000,
  },
})
