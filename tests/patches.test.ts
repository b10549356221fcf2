import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fileGuards } from './real-faults/src/guards.ts'
import { guards } from './simulation/src/guards.ts'
import { knobs } from './simulation/src/patches.ts'
import { makeNextVersion } from './src/next-version.ts'
import { patched, sourceOf } from './src/patched-tree.ts'
import { makePlantedTree } from './src/planted-faults.ts'

// What is patched in a copy moves now and then; the suites that run the copy come last.
test.each([
  ['the next version', makeNextVersion],
  ['planted faults', makePlantedTree],
])('the patches of %s fit the sources of today', (_what, make) => {
  expect(() => make().remove()).not.toThrow()
})

test('so do what the simulator changes in the engine, and the guards that it and the campaigns of real faults take out', () => {
  const ofFiles = Object.values(fileGuards).flatMap(({ patches }) => [...patches])
  for (const patch of [...knobs, ...Object.values(guards), ...ofFiles])
    expect(() => patched(patch, readFileSync(sourceOf(patch), 'utf8'))).not.toThrow()
})
