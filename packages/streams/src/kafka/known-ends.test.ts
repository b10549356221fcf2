import { describe, expect, test } from 'vitest'
import { createOngoingFaults } from '../ongoing-faults.ts'
import type { KafkaConnection } from './connection.ts'
import { earliest, latest } from './kafkajs.ts'
import type { KafkaBroker, KafkaCluster } from './kafkajs-shapes.ts'
import { createKnownEnds, OutdatedLeaderError, staleLeaderMs } from './known-ends.ts'
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

describe('an end that a leader reports', () => {
  test('is accepted when no higher end is known', () => {
    const { reached, says } = createEnds()
    expect(says(0)()).toBe(0)
    reached('topic', 0, 7)
    reached('topic', 0, 3)
    reached('topic', 1, 99)
    expect(says(7)()).toBe(7)
    expect(says(12)()).toBe(12)
  })

  test('is not accepted when it is before a record that was seen or reported', () => {
    const { reached, says } = createEnds()
    reached('topic', 0, 7)
    expect(says(6)).toThrow(OutdatedLeaderError)
    expect(says(6)).toThrow('partition 0 of topic reportedly ends at 6, but was seen to end at 7')
    says(9)()
    expect(says(8)).toThrow(OutdatedLeaderError)
  })

  test('is accepted when it is repeated for five seconds: the records are lost', () => {
    const { reached, says, pass } = createEnds()
    reached('topic', 0, 7)
    expect(says(2)).toThrow(OutdatedLeaderError)
    pass(staleLeaderMs - 1)
    expect(says(3)).toThrow(OutdatedLeaderError)
    pass(1)
    expect(says(3)()).toBe(3)
    expect(says(4)()).toBe(4)
  })

  test('is not accepted for five more seconds when a record was seen meanwhile', () => {
    const { reached, says, pass } = createEnds()
    reached('topic', 0, 7)
    expect(says(6)).toThrow(OutdatedLeaderError)
    pass(staleLeaderMs - 1)
    reached('topic', 0, 8)
    expect(says(6)).toThrow(OutdatedLeaderError)
    pass(1)
    expect(says(6)).toThrow(OutdatedLeaderError)
  })
})

describe('offsets, while a broker that slept does not know of the new leader yet', () => {
  /** Records of one partition, by timestamp. The broker that is asked first lacks the newer ones. */
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
    return createOffsets({ connection, faults: createOngoingFaults(), ends, isIngress: () => false })
  }

  test('the end comes from the new leader', async () => {
    expect(await createOutdated([10, 20, 30, 40], 2).end('topic', 0)).toBe(4)
  })

  test('so does the first record of an instant, which the former leader lacks', async () => {
    expect(await createOutdated([10, 20, 30, 40], 2).at('topic', 0, 25)).toBe(2)
  })
})
