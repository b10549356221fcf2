import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { catalogPlugin } from '@holdfast/desk-web/catalog-plugin'
import { defineConfig } from 'vitest/config'

const root = join(import.meta.dirname, '../..')

/**
 * The packages of this copy. Links in `node_modules` lead to the unchanged code, so a test that reaches the package by its
 * name would detect nothing.
 */
const packages = globSync(
  ['schemas', 'packages/*', 'services/*', 'workflows/*'].map(folder => `${folder}/package.json`),
  { cwd: root },
)
const alias = packages.flatMap(file => {
  const { name, exports = {} } = JSON.parse(readFileSync(join(root, file), 'utf8')) as { name: string; exports?: Record<string, unknown> }
  return Object.entries(exports).flatMap(([subpath, target]) => {
    if (typeof target !== 'string') return []
    const find = new RegExp(`^${(name + subpath.slice(1)).replaceAll('.', '\\.').replace('*', '(.+)')}$`)
    return [{ find, replacement: join(root, dirname(file), target).replace('*', '$1') }]
  })
})

// The unit tests of one package, without the other projects: Stryker starts them some thousand times.
export default defineConfig({
  plugins: [catalogPlugin()],
  resolve: { alias },
  test: {
    isolate: process.env.HOLDFAST_MUTATION_MODULES !== 'shared',
    include: [`${process.env.HOLDFAST_MUTATION_DIRECTORY}/**/*.test.ts`],
    // Code with coverage counters is several times slower. Stryker stops an endless loop much sooner.
    testTimeout: 120_000,
  },
})
