import type { TestSpecification } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'

/**
 * Test files that take half a minute or more, the longest first, whatever their project: where one of them begins last, everything waits for it. What a run says at its end tells which they are.
 * Vitest knows it only where it ran before, and orders by size until then.
 */
export const longFiles = [
  'tests/arbitration/arbitration.test.ts',
  'tests/model/model.test.ts',
  'tests/faults/rolling-upgrade.test.ts',
  'tests/real-faults/faults/real-faults.test.ts',
  'tests/simulation/faults/guards.test.ts',
  'tests/desk/every-page.full.test.ts',
  'tests/faults/restore-drill.test.ts',
  'tests/faults/back-in-service.test.ts',
  'tests/faults/killed-in-the-middle.test.ts',
  'tests/faults/under-attack.test.ts',
  'workflows/payment-stop/src/language/events/long-texts.full.test.ts',
  'tests/fuzz/fuzz.full.test.ts',
  'tests/faults/planted-faults.test.ts',
  'tests/faults/endpoints-and-kills.test.ts',
  'tests/faults/endpoints.test.ts',
  'tests/faults/backlog.test.ts',
  'tests/faults/start-order.test.ts',
  'tests/faults/interrupted-run.test.ts',
  'tests/faults/readiness.test.ts',
  'tests/simulation/simulate.test.ts',
  'tests/journeys/a-request.test.ts',
  'tests/journeys/erased-on-servers.test.ts',
  'tests/desk/board.test.ts',
  'tests/desk/board-rows.test.ts',
  'packages/streams/src/kafka/kafka-streams.test.ts',
  'tests/journeys/secured-backends.test.ts',
  'tests/journeys/namespaces.test.ts',
  'tests/desk/work.test.ts',
] as const

/** The order of test files: long ones first, and then project by project. Projects of one group share its lanes, so a long file of the last project would begin last. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return longestFirst(await super.sort(files))
  }
}

/** What of a test file its order depends on. */
export interface OrderedFile {
  readonly moduleId: string
  readonly project: { readonly name: string }
}

/** Files of a project stay together behind the long ones: a worker that goes on to the same project keeps its modules. */
export function longestFirst<T extends OrderedFile>(files: readonly T[]): T[] {
  const [long, others] = [files.filter(isLong), files.filter(file => !isLong(file))]
  return [...long.toSorted((a, b) => rankOf(a) - rankOf(b)), ...[...Map.groupBy(others, ({ project }) => project.name).values()].flat()]
}

const isLong = (file: OrderedFile): boolean => rankOf(file) < longFiles.length

function rankOf({ moduleId }: OrderedFile): number {
  const at = longFiles.findIndex(file => moduleId.endsWith(`/${file}`))
  return at < 0 ? longFiles.length : at
}
