import type { CountryTopics } from '@holdfast/runtime'
import { bankMessagesTopic, ordersTopic, topics } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import { createSerialQueue, type SerialQueue, type StreamRecord, type Streams } from '@holdfast/streams'
import { readBankMessage, type StoredBankMessages } from './stored-bank-messages.ts'
import { type OrderOffset, readOrder, type StoredOrders, type TopicReadSoFar } from './stored-orders.ts'

export interface OrderReader {
  /** Reads new records, one step at most. Returns false if more are left. */
  catchUp(country: string, requestId: string): Promise<boolean>
  /** The same for orders only. */
  catchUpOrders(country: string): Promise<boolean>
  /** The order as the topic of its country has it, by its id. */
  textOfOrder(country: string, orderId: string): Promise<string | undefined>
  /** The order as its topic has it; undefined if there is none, or it is no longer stored. */
  textOf(requestId: string, orderId: string): Promise<string | undefined>
  /** A message by which an institution answered, unchanged; undefined if there is none, or it is no longer stored. */
  messageOf(requestId: string, messageId: string): Promise<string | undefined>
}

/** 3 kB each: about 200 ms of reading. If more orders came since the last call, several calls catch up. */
const recordsAtOnce = 5_000

interface Dependencies {
  readonly streams: Pick<Streams, 'partitionOf' | 'startOffset' | 'endOffset' | 'read'>
  readonly countryTopics: CountryTopics
  readonly stored: StoredOrders
  readonly messages: StoredBankMessages
  readonly file: Pick<SqliteFile, 'write'>
}

/**
 * Reads the orders of a country and their answers on demand. Following the topics of 190 countries would take a
 * connection each at every desk, often for no reader.
 */
export function createOrderReader(
  { streams, countryTopics, stored, messages, file }: Dependencies,
  recordsMax = recordsAtOnce,
): OrderReader {
  /** One reading at a time per partition; other callers wait for its end. */
  const queues = new Map<string, SerialQueue>()

  async function readNewRecords(topic: string, partition: number, take: (records: readonly StreamRecord[]) => void): Promise<boolean> {
    const [start, end] = [await streams.startOffset(topic, partition), await streams.endOffset(topic, partition)]
    const known = stored.soFar(topic, partition)
    const isSame = known === undefined || (known.next <= end && (known.next <= start || (await isUnchanged(topic, partition, known))))
    if (!isSame)
      await file.write(() => {
        stored.forget(topic)
        messages.forget(topic)
      })
    const from = Math.max(isSame && known ? known.next : 0, start)
    const to = Math.min(end, from + recordsMax)
    let fingerprint = known?.fingerprint ?? ''
    for await (const records of streams.read(topic, partition, from, to)) {
      await file.write(() => take(records))
      fingerprint = records.map(fingerprintOf).at(-1) ?? fingerprint
    }
    if (to > from) await file.write(() => stored.readTo(topic, partition, { next: to, fingerprint }))
    return to === end
  }

  /** An engine that was restored from a backup may have other records at the same offsets, and as many. */
  async function isUnchanged(topic: string, partition: number, { next, fingerprint }: TopicReadSoFar): Promise<boolean> {
    for await (const records of streams.read(topic, partition, next - 1, next))
      if (records.some(record => fingerprintOf(record) !== fingerprint)) return false
    return true
  }

  function inTurn(topic: string, partition: number, take: (records: readonly StreamRecord[]) => void): Promise<boolean> {
    const key = `${topic}/${partition}`
    const queue = queues.get(key) ?? createSerialQueue()
    queues.set(key, queue)
    return queue.run(() => readNewRecords(topic, partition, take))
  }

  /** The record at this offset, while the topic still has it. */
  async function recordAt(at: OrderOffset | undefined): Promise<string | undefined> {
    if (!at || at.offset < (await streams.startOffset(at.topic, 0))) return undefined
    for await (const [record] of streams.read(at.topic, 0, at.offset, at.offset + 1)) if (record) return record.value
    return undefined
  }

  return {
    async catchUp(country, requestId) {
      const [orders, answers] = [ordersTopic(country), bankMessagesTopic(country)]
      await Promise.all([countryTopics.ensure(orders), countryTopics.ensure(answers)])
      const deliveries = topics.deliveries.name
      const read = await Promise.all([
        inTurn(orders.name, 0, stored.takeOrders),
        inTurn(deliveries, await streams.partitionOf(deliveries, requestId), stored.takeDeliveries),
        inTurn(answers.name, 0, messages.take),
      ])
      return read.every(isAll => isAll)
    },
    async catchUpOrders(country) {
      const orders = ordersTopic(country)
      await countryTopics.ensure(orders)
      return inTurn(orders.name, 0, stored.takeOrders)
    },
    async textOfOrder(country, orderId) {
      const value = await recordAt(stored.offsetIn(ordersTopic(country).name, orderId))
      return value !== undefined && readOrder(value)?.data.orderId === orderId ? value : undefined
    },
    async textOf(requestId, orderId) {
      const value = await recordAt(stored.offsetOf(requestId, orderId))
      return value !== undefined && readOrder(value)?.data.orderId === orderId ? value : undefined
    },
    async messageOf(requestId, messageId) {
      const value = await recordAt(messages.offsetOf(requestId, messageId))
      const message = value === undefined ? undefined : readBankMessage(value)
      return message?.id === messageId ? message.data.text : undefined
    },
  }
}

const fingerprintOf = ({ offset, timestampMs, key }: StreamRecord): string => `${offset}/${timestampMs}/${key}`
