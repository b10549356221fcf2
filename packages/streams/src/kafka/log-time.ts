import { inNamespace, type TopicSpec } from '@holdfast/schemas'
import { StreamUnavailableError } from '../port.ts'
import { findLeader, type KafkaConnection } from './connection.ts'
import { isAnswer, unavailable } from './faults.ts'
import type { Topics } from './topics.ts'

/** One record for each time request. It is never read. */
const clockTopic: TopicSpec = {
  name: 'freeze.clock',
  partitions: 1,
  retentionMs: 24 * 3_600_000,
  keyedBy: 'topic',
  writtenBy: 'engine',
  description: 'records that are written to see how the broker stamps them',
}

const answerMs = 1_000
/** Without a producer identity: a duplicate record does no harm. */
const noIdentity = { producerId: '-1', producerEpoch: -1 }

/** Reads the broker's time: the broker stamps a record and returns the stamp. */
export function createLogTime(connection: KafkaConnection, topics: Pick<Topics, 'ensure'>, namespace?: string): () => Promise<number> {
  const name = inNamespace(namespace, clockTopic.name)
  let isMade = false

  async function stamp(): Promise<number> {
    const record = { key: '', value: '', headers: { 'content-type': 'text/plain' } }
    const [answer] = await connection.use([name], async cluster =>
      (await findLeader(cluster, name, 0)).produceEach({
        // One replica is enough, even while too few are in sync.
        acks: 1,
        timeout: answerMs,
        ...noIdentity,
        topicData: [{ topic: name, partitions: [{ partition: 0, firstSequence: -1, records: [record] }] }],
      }),
    )
    if (answer?.error) throw answer.error
    return answer?.stampedMs ?? -1
  }

  return async () => {
    if (!isMade) await topics.ensure([{ ...clockTopic, name }])
    isMade = true
    let stampMs: number
    try {
      stampMs = await stamp()
    } catch (error) {
      // An operator may have deleted the topic.
      isMade = !isAnswer(error)
      throw error instanceof StreamUnavailableError ? error : unavailable("the broker's time can't be read", error)
    }
    if (stampMs < 0)
      throw new Error(`${name} has its senders' timestamps, not the broker's. Set message.timestamp.type of this topic to LogAppendTime`)
    return stampMs
  }
}
