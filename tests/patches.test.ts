import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fileGuards } from './real-faults/src/guards.ts'
import { guards } from './simulation/src/guards.ts'
import { knobs } from './simulation/src/patches.ts'
import { makeNextVersion } from './src/next-version.ts'
import { patched, sourceOf } from './src/patched-tree.ts'
import { makePlantedTree } from './src/planted-faults.ts'

// Patched sources change. This test reports it before the suites that run the patched copies.
test.each([
  ['the next version', makeNextVersion],
  ['planted faults', makePlantedTree],
])('the patches of %s apply to the current sources', (_what, make) => {
  expect(() => make().remove()).not.toThrow()
})

test('the patches of the simulation, and those that remove guards, apply to the current sources', () => {
  const ofFiles = Object.values(fileGuards).flatMap(({ patches }) => [...patches])
  for (const patch of [...knobs, ...Object.values(guards), ...ofFiles])
    expect(() => patched(patch, readFileSync(sourceOf(patch), 'utf8'))).not.toThrow()
})
