import { describeStreamsContract } from '../../../test-kit/src/streams-contract.ts'
import type { Streams } from '../port.ts'
import { createMemoryLog, createMemoryStreams } from './index.ts'

describeStreamsContract('a log in memory', async () => {
  const log = createMemoryLog({ partitions: 4, nowMs: Date.now })
  let streams = createMemoryStreams({ log })
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
      streams = createMemoryStreams({ log })
      return streams
    },
    async second() {
      const second = createMemoryStreams({ log })
      others.push(second)
      return second
    },
    close: closeAll,
  }
})
