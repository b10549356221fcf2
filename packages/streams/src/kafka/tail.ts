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
/** Partitions are known from the start, and new records are answered at once. Only an idle topic waits this long. */
const waitMs = 1_000

/**
 * Follows all partitions of a topic over its own connection, which it closes. Resolves when the start offsets are
 * known.
 */
export async function startTail(
  connection: KafkaConnection,
  options: TailOptions,
  { log, faults, ends, signal, isIngress, fingerprintReader }: ReaderContext,
): Promise<Subscription> {
  const ending = new AbortController()
  const ended = AbortSignal.any([signal, ending.signal])
  const positions = await startOffsets(connection, options, ended)
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
    const last = await untilDone(() => fingerprintBefore(fingerprintReader, topic, partition, from), {
      signal: ended,
      onFault: options.onFault,
    })
    const truncated = new AbortController()
    const signal = AbortSignal.any([ended, truncated.signal])
    const inbox = createInbox(signal, () => fetcher.wake())
    const onTruncated = (): void => truncated.abort()
    const { wants, push } = inbox
    fetcher.add([{ topic, partition, isIngress: isIngress(topic), position: from, last, onTruncated, wants, push }])
    for (;;) {
      const records = await inbox.take(batchMax)
      if (!records) break
      await deliverToTail(options, records, signal, faults)
      await yieldToEventLoop()
    }
    if (ended.aborted) return
    const again = await untilDone(async () => (await options.onLogTruncated?.(partition)) ?? 0, { signal: ended, onFault: options.onFault })
    if (again !== undefined) void run(() => follow(partition, again))
  }

  for (const [partition, position] of positions.entries()) void run(() => follow(partition, position))
  return {
    async stop() {
      ending.abort()
      // Closing the connection ends the request that a broker holds.
      const stopped = fetcher.stop()
      await connection.close()
      await Promise.all([...running, stopped])
    },
  }
}

/**
 * The start offset of each partition; retries until the brokers answer. The fetcher handles a start that retention has
 * removed.
 */
async function startOffsets(connection: KafkaConnection, { topic, from, onFault }: TailOptions, signal: AbortSignal): Promise<number[]> {
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
