import { describe, expect, test } from 'vitest'
import { createOngoingFaults } from '../ongoing-faults.ts'
import type { KafkaConnection } from './connection.ts'
import { earliest, latest } from './kafkajs.ts'
import type { KafkaBroker, KafkaCluster } from './kafkajs-shapes.ts'
import { createKnownEnds, disbeliefMs, OutdatedLeaderError } from './known-ends.ts'
import { createOffsets } from './offsets.ts'

function createEnds() {
  let nowMs = 0
  const ends = createKnownEnds(() => nowMs)
  return {
    ...ends,
    pass(ms: number) {
      nowMs += ms
    },
    says: (end: number) => () => ends.checked('topic', 0, end),
  }
}

describe('an end that is told', () => {
  test('is believed where nothing is known of more', () => {
    const { reached, says } = createEnds()
    expect(says(0)()).toBe(0)
    reached('topic', 0, 7)
    reached('topic', 0, 3)
    reached('topic', 1, 99)
    expect(says(7)()).toBe(7)
    expect(says(12)()).toBe(12)
  })

  test('is not believed where it is before what was seen, or told before', () => {
    const { reached, says } = createEnds()
    reached('topic', 0, 7)
    expect(says(6)).toThrow(OutdatedLeaderError)
    expect(says(6)).toThrow('partition 0 of topic is said to end at 6, and has been seen to reach to 7')
    says(9)()
    expect(says(8)).toThrow(OutdatedLeaderError)
  })

  test('is believed where it stays like that: the records are lost, and what comes is what there is', () => {
    const { reached, says, pass } = createEnds()
    reached('topic', 0, 7)
    expect(says(2)).toThrow(OutdatedLeaderError)
    pass(disbeliefMs - 1)
    expect(says(3)).toThrow(OutdatedLeaderError)
    pass(1)
    expect(says(3)()).toBe(3)
    expect(says(4)()).toBe(4)
  })

  test('is doubted for as long again where something was seen meanwhile', () => {
    const { reached, says, pass } = createEnds()
    reached('topic', 0, 7)
    expect(says(6)).toThrow(OutdatedLeaderError)
    pass(disbeliefMs - 1)
    reached('topic', 0, 8)
    expect(says(6)).toThrow(OutdatedLeaderError)
    pass(1)
    expect(says(6)).toThrow(OutdatedLeaderError)
  })
})

describe('offsets, where a broker that has been asleep does not know yet that another one leads', () => {
  /** Records of one partition, by their stamps; who is asked first has none of those that were written since. */
  function createOutdated(stamps: readonly number[], lacking: number) {
    const brokerOf = (known: readonly number[]): Pick<KafkaBroker, 'listOffsets'> => ({
      listOffsets: async ({ topics }) => {
        const { timestamp = latest } = topics[0]?.partitions[0] ?? {}
        const offset = timestamp === latest ? known.length : timestamp === earliest ? 0 : known.findIndex(stamp => stamp >= timestamp)
        return { responses: [{ partitions: [{ offset: String(offset) }] }] }
      },
    })
    const brokers = [brokerOf(stamps.slice(0, -lacking)), brokerOf(stamps)]
    let asked = 0
    const cluster = {
      findTopicPartitionMetadata: () => [{ partitionId: 0, leader: 1 }],
      findBroker: async () => brokers[Math.min(asked++, 1)],
    } as unknown as KafkaCluster
    const until: KafkaConnection['until'] = async (_, __, ___, work) => {
      for (;;) {
        try {
          return await work(cluster)
        } catch (error) {
          if (!(error instanceof OutdatedLeaderError)) throw error
        }
      }
    }
    const connection: KafkaConnection = { use: (_, work) => work(cluster), until, close: async () => {} }
    const ends = createKnownEnds()
    ends.reached('topic', 0, stamps.length)
    return createOffsets({ connection, faults: createOngoingFaults(), ends, isDoor: () => false })
  }

  test('the end is asked of the other one', async () => {
    expect(await createOutdated([10, 20, 30, 40], 2).end('topic', 0)).toBe(4)
  })

  test('the first record of a time is, which the one asleep does not have at all', async () => {
    expect(await createOutdated([10, 20, 30, 40], 2).at('topic', 0, 25)).toBe(2)
  })
})
