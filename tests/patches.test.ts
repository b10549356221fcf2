import { expect, test } from 'vitest'
import { makeNextVersion } from './src/next-version.ts'
import { makePlantedTree } from './src/planted-faults.ts'

// What is patched in a copy moves now and then; the suites that run the copy come last.
test.each([
  ['the next version', makeNextVersion],
  ['planted faults', makePlantedTree],
])('the patches of %s fit the sources of today', (_what, make) => {
  expect(() => make().remove()).not.toThrow()
})
