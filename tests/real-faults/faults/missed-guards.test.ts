import { afterAll, expect, test } from 'vitest'
import { makePatchedTree } from '../../src/patched-tree.ts'
import { runCampaign } from '../src/campaign.ts'
import { fileGuards } from '../src/guards.ts'
import { kindsOf } from '../src/kinds/all.ts'
import { linesOf } from '../src/report.ts'

const said: string[] = []
afterAll(() => console.log(said.join('\n')))

test.each([
  ['secret-not-made', 'keys-lost'],
  ['keys-of-facts', 'keys-lost'],
  ['keys-of-facts', 'keys-older'],
  ['restore-done', 'restore-killed'],
  ['restore-compared', 'restore-killed'],
] as const)('an engine without %s is found by %s', { timeout: 600_000 }, async (guard, kind) => {
  const tree = makePatchedTree(fileGuards[guard].patches)
  try {
    const result = await runCampaign({
      engine: 'embedded',
      seed: 4,
      seconds: 30,
      kinds: kindsOf('embedded').filter(({ name }) => name === kind),
      perSecond: 8,
      servedWithinMs: 3_000,
      isSealed: true,
      tree: tree.path,
      say: line => said.push(line),
    })
    said.push(...linesOf(result))
    expect(result.verdict.violations.map(({ invariant }) => invariant)).toContain(kind)
  } finally {
    tree.remove()
  }
})
