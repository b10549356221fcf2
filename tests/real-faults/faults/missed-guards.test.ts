import { afterAll, expect, test } from 'vitest'
import { makePatchedTree } from '../../src/patched-tree.ts'
import { runCampaign } from '../src/campaign.ts'
import { fileGuards } from '../src/guards.ts'
import { kindsOf } from '../src/kinds/all.ts'
import { linesOf } from '../src/report.ts'

const said: string[] = []
afterAll(() => console.log(said.join('\n')))

/** The seed draws the fault that the guard is about. Lost words are found at the end, by what is judged of requests. */
test.each([
  { guard: 'secret-not-made', kind: 'keys-lost', seed: 4 },
  { guard: 'keys-of-facts', kind: 'keys-lost', seed: 7 },
  { guard: 'keys-of-facts', kind: 'keys-older', seed: 4, isFoundAtTheEnd: true },
  { guard: 'restore-done', kind: 'restore-killed', seed: 4 },
  { guard: 'restore-compared', kind: 'restore-killed', seed: 4 },
] as const)('an engine without $guard is found by $kind', { timeout: 600_000 }, async ({ guard, kind, seed, ...found }) => {
  const tree = makePatchedTree(fileGuards[guard].patches)
  try {
    const result = await runCampaign({
      engine: 'embedded',
      seed,
      seconds: 30,
      kinds: kindsOf('embedded').filter(({ name }) => name === kind),
      perSecond: 8,
      servedWithinMs: 3_000,
      isSealed: true,
      tree: tree.path,
      say: line => said.push(line),
    })
    said.push(...linesOf(result))
    const violations = result.verdict.violations.map(({ invariant }) => invariant)
    if ('isFoundAtTheEnd' in found) expect(violations).not.toEqual([])
    else expect(violations).toContain(kind)
  } finally {
    tree.remove()
  }
})
