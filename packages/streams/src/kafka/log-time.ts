import { inNamespace, type TopicSpec } from '@holdfast/schemas'
import { StreamUnavailableError } from '../port.ts'
import { findLeader, type KafkaConnection } from './connection.ts'
import { isAnswer, unavailable } from './faults.ts'
import type { Topics } from './topics.ts'

/** Holds a record for each time somebody asked what time it is. Nobody reads it. */
const clockTopic: TopicSpec = {
  name: 'freeze.clock',
  partitions: 1,
  retentionMs: 24 * 3_600_000,
  keyedBy: 'topic',
  writtenBy: 'engine',
  about: 'records that are written to see how the broker stamps them',
}

const answerMs = 1_000
/** A record that is there twice does no harm. */
const nobody = { producerId: '-1', producerEpoch: -1 }

/** Asks the broker what time it is: it stamps a record and tells the stamp. */
export function createLogTime(connection: KafkaConnection, topics: Pick<Topics, 'ensure'>, namespace?: string): () => Promise<number> {
  const name = inNamespace(namespace, clockTopic.name)
  let isMade = false

  async function stamp(): Promise<number> {
    const record = { key: '', value: '', headers: { 'content-type': 'text/plain' } }
    const [answer] = await connection.use([name], async cluster =>
      (await findLeader(cluster, name, 0)).produceEach({
        // One copy will do, also while there are too few for what is to be kept.
        acks: 1,
        timeout: answerMs,
        ...nobody,
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
      // Somebody may have removed it.
      isMade = !isAnswer(error)
      throw error instanceof StreamUnavailableError ? error : unavailable('the broker does not say what time it is', error)
    }
    if (stampMs < 0)
      throw new Error(`${name} has the stamps of its senders, not the broker's: set message.timestamp.type of this topic to LogAppendTime`)
    return stampMs
  }
}
