import { createBackOff, nextTurn, pause } from '../pause.ts'
import type { Subscription, TailOptions } from '../port.ts'
import { deliverToTail } from '../tail-delivery.ts'
import { tell } from '../tell.ts'
import type { KafkaConnection } from './connection.ts'
import { createFetcher, type Feed } from './fetcher.ts'
import { createInbox } from './inbox.ts'
import { latest } from './kafkajs.ts'
import { offsetFor } from './offsets.ts'
import type { StageContext } from './stage.ts'

const batchMax = 500

/** Follows all partitions of a topic over a connection of its own, which it closes. Resolves when it knows where to start. */
export async function startTail(
  connection: KafkaConnection,
  options: TailOptions,
  { log, faults, signal, isDoor }: Omit<StageContext, 'sessionTimeoutMs'>,
): Promise<Subscription> {
  const ending = new AbortController()
  const over = AbortSignal.any([signal, ending.signal])
  const positions = await whereToStart(connection, options, over)
  const fetcher = createFetcher({ connection, log, faults, onFault: options.onFault })

  function createFeed(partition: number, position: number): { feed: Feed; done: Promise<void> } {
    const inbox = createInbox(over, () => fetcher.wake())
    const feed: Feed = { topic: options.topic, partition, isDoor: isDoor(options.topic), position, wants: inbox.wants, push: inbox.push }
    const follow = async (): Promise<void> => {
      for (;;) {
        const records = await inbox.take(batchMax)
        if (!records) return
        await deliverToTail(options, records, over)
        await nextTurn()
      }
    }
    return { feed, done: follow() }
  }

  const followed = positions.map((position, partition) => createFeed(partition, position))
  fetcher.add(followed.map(({ feed }) => feed))
  return {
    async stop() {
      ending.abort()
      await Promise.all([...followed.map(({ done }) => done), fetcher.stop()])
      await connection.close()
    },
  }
}

/** The position of each partition. A start that retention has passed is found by the fetcher. Tries until the brokers answer. */
async function whereToStart(connection: KafkaConnection, { topic, from, onFault }: TailOptions, signal: AbortSignal): Promise<number[]> {
  const backOff = createBackOff()
  for (;;) {
    try {
      return await connection.use([topic], cluster =>
        Promise.all(
          cluster
            .findTopicPartitionMetadata(topic)
            .map(({ partitionId }) => partitionId)
            .sort((a, b) => a - b)
            .map(async partition => {
              if (from === 'end') return offsetFor(cluster, topic, partition, latest)
              return from === 'start' ? 0 : (from.get(partition) ?? 0)
            }),
        ),
      )
    } catch (error) {
      if (signal.aborted) throw error
      tell(() => onFault(error))
      await pause(backOff.next(), signal)
    }
  }
}
