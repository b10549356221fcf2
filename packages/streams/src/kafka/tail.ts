import { fingerprintBefore } from '../log-fingerprints.ts'
import { createBackOff, pause, yieldToEventLoop } from '../pause.ts'
import type { Subscription, TailOptions } from '../port.ts'
import { reportSafely } from '../report-safely.ts'
import { deliverToTail } from '../tail-delivery.ts'
import { untilDone } from '../until-done.ts'
import type { KafkaConnection } from './connection.ts'
import { createFetcher } from './fetcher.ts'
import { createInbox } from './inbox.ts'
import { latest } from './kafkajs.ts'
import { offsetFor } from './offsets.ts'
import type { ReaderContext } from './stage.ts'

const batchMax = 500
/** Its partitions are there from the beginning. What comes is answered at once: what is asked again and again is a topic in which nothing happens. */
const waitMs = 1_000

/** Follows all partitions of a topic over a connection of its own, which it closes. Resolves when it knows where to start. */
export async function startTail(
  connection: KafkaConnection,
  options: TailOptions,
  { log, faults, ends, signal, isDoor, past }: ReaderContext,
): Promise<Subscription> {
  const ending = new AbortController()
  const over = AbortSignal.any([signal, ending.signal])
  const positions = await whereToStart(connection, options, over)
  const fetcher = createFetcher({ connection, log, faults, ends, waitMs, onFault: options.onFault })
  const { topic } = options
  const running = new Set<Promise<void>>()

  async function run(work: () => Promise<void>): Promise<void> {
    const run = work()
    running.add(run)
    await run
    running.delete(run)
  }

  async function follow(partition: number, from: number): Promise<void> {
    const last = await untilDone(() => fingerprintBefore(past, topic, partition, from), { signal: over, onFault: options.onFault })
    const until = new AbortController()
    const signal = AbortSignal.any([over, until.signal])
    const inbox = createInbox(signal, () => fetcher.wake())
    const onLostPast = (): void => until.abort()
    const { wants, push } = inbox
    fetcher.add([{ topic, partition, isDoor: isDoor(topic), position: from, last, onLostPast, wants, push }])
    for (;;) {
      const records = await inbox.take(batchMax)
      if (!records) break
      await deliverToTail(options, records, signal, faults)
      await yieldToEventLoop()
    }
    if (over.aborted) return
    const again = await untilDone(async () => (await options.onLostPast?.(partition)) ?? 0, { signal: over, onFault: options.onFault })
    if (again !== undefined) void run(() => follow(partition, again))
  }

  for (const [partition, position] of positions.entries()) void run(() => follow(partition, position))
  return {
    async stop() {
      ending.abort()
      // The request that a broker holds ends with the connection.
      const stopped = fetcher.stop()
      await connection.close()
      await Promise.all([...running, stopped])
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
      reportSafely(() => onFault(error))
      await pause(backOff.next(), signal)
    }
  }
}
