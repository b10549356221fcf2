import type { Subscription, TailOptions } from '@holdfast/streams'
import { yieldToEventLoop } from '@holdfast/streams/driver/pause'
import { deliverToTail } from '@holdfast/streams/driver/tail-delivery'
import { answerUntilAborted, type MemoryClient, untilDoneEvenly } from './client.ts'
import type { LogPosition } from './partition.ts'
import { createReader } from './reader.ts'

const recordsMax = 500

/** Follows all partitions of a topic, each in a loop of its own. Resolves when it knows where to start. */
export async function startTail(client: MemoryClient, options: TailOptions): Promise<Subscription> {
  const { broker, faults, call } = client
  const { topic, from, onFault } = options
  const ending = new AbortController()
  const { signal } = ending
  const end = (): void => ending.abort()
  client.closing.addEventListener('abort', end, { once: true })
  const partitions = [...broker.partitionsOf(topic).keys()]
  const places = await Promise.all(partitions.map(startAt))
  const running = Promise.all(partitions.map(follow))

  function startAt(partition: number): Promise<LogPosition | undefined> {
    const log = broker.partition(topic, partition)
    const offset = (): number => {
      if (from === 'end') return log.records.length
      return from === 'start' ? 0 : (from.get(partition) ?? 0)
    }
    const ask = () => call({ operation: 'startOfTail', topic, partition, writes: false }, () => log.placeAt(offset()))
    return untilDoneEvenly(() => answerUntilAborted(ask(), signal), signal, onFault)
  }

  async function follow(partition: number): Promise<void> {
    let place = places[partition]
    while (place) {
      const reader = createReader(client, { topic, partition, from: place, recordsMax, signal, onFault })
      for (let records = await reader.next(); records?.length !== 0; records = await reader.next()) {
        if (!records) return
        await deliverToTail(options, records, signal, faults)
        await yieldToEventLoop()
      }
      const asked = async (): Promise<number> => (await options.onLogTruncated?.(partition)) ?? 0
      const again = await untilDoneEvenly(asked, signal, onFault)
      place = again === undefined ? undefined : { offset: again, cuts: reader.place().cuts }
    }
  }

  return {
    async stop() {
      client.closing.removeEventListener('abort', end)
      end()
      await running
    },
  }
}
