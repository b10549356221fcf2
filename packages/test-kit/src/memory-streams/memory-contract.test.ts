import type { Streams } from '@holdfast/streams'
import { createMemoryLog, createMemoryStreams } from '../memory-streams.ts'
import { faultBounds } from '../streams-contract/harness.ts'
import { describeStreamsContract } from '../streams-contract.ts'

describeStreamsContract('a log in memory', async () => {
  const log = createMemoryLog({ partitions: 4, nowMs: Date.now })
  let streams = createMemoryStreams({ log, faultBounds })
  let others: Streams[] = []
  const closeAll = async (): Promise<void> => {
    await Promise.all([streams, ...others].map(each => each.close()))
    others = []
  }
  return {
    get streams() {
      return streams
    },
    async reopen() {
      await closeAll()
      streams = createMemoryStreams({ log, faultBounds })
      return streams
    },
    async second() {
      const second = createMemoryStreams({ log, faultBounds })
      others.push(second)
      return second
    },
    close: closeAll,
  }
})
