import { afterAll, beforeAll, describe } from 'vitest'
import { describeGroups } from './streams-contract/groups.ts'
import type { StreamsHarness } from './streams-contract/harness.ts'
import { describePublishing } from './streams-contract/publishing.ts'
import { describeReading } from './streams-contract/reading.ts'
import { describeStageWrites } from './streams-contract/stage-writes.ts'
import { describeStages } from './streams-contract/stages.ts'

export type { StreamsHarness } from './streams-contract/harness.ts'

/** What each promise of the stream port means. Every driver's test runs it; the harness needs more than one partition in topics that share their count. */
export function describeStreamsContract(name: string, createHarness: () => Promise<StreamsHarness>): void {
  describe(`the stream contract on ${name}`, () => {
    let opened: StreamsHarness | undefined
    const harness = (): StreamsHarness => {
      if (!opened) throw new Error('the harness is not open')
      return opened
    }
    beforeAll(async () => {
      opened = await createHarness()
    })
    afterAll(() => opened?.close())

    describePublishing(harness)
    describeReading(harness)
    describeStages(harness)
    describeStageWrites(harness)
    describeGroups(harness)
  })
}
