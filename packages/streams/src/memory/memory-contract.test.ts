import { faultBounds } from '../../../test-kit/src/streams-contract/harness.ts'
import { describeStreamsContract } from '../../../test-kit/src/streams-contract.ts'
import type { Streams } from '../port.ts'
import { createMemoryLog, createMemoryStreams } from './index.ts'

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
