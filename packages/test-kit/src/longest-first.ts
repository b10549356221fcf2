import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'

/**
 * Test files that take a minute or more, the longest of each project first: where one of them begins last, everything waits for it. What a run says at its end tells which they are. Vitest knows it only where it ran
 * before, and orders by size until then.
 */
export const longFiles = [
  'tests/arbitration/arbitration.test.ts',
  'tests/desk/every-page.test.ts',
  'tests/desk/board.test.ts',
  'tests/desk/work.test.ts',
  'tests/real-faults/faults/real-faults.test.ts',
  'tests/simulation/faults/guards.test.ts',
  'tests/faults/killed-in-the-middle.test.ts',
  'tests/faults/restore-drill.test.ts',
  'tests/faults/start-order.test.ts',
  'tests/faults/endpoints-and-kills.test.ts',
  'tests/faults/readiness.test.ts',
  'tests/faults/rolling-upgrade.test.ts',
] as const

/** The order of test files within their project. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const projects = Map.groupBy(sorted, ({ project }) => project.name)
    return [...projects.values()].flatMap(ofProject => ofProject.toSorted((a, b) => rankOf(a) - rankOf(b)))
  }
}

function rankOf({ moduleId }: Pick<TestSpecification, 'moduleId'>): number {
  const at = longFiles.findIndex(file => moduleId.endsWith(`/${file}`))
  return at < 0 ? longFiles.length : at
}
