import type { CountryTopics } from '@holdfast/runtime'
import { bankMessagesTopic, ordersTopic, topics } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import { createSerialQueue, type SerialQueue, type StreamRecord, type Streams } from '@holdfast/streams'
import { readBankMessage, type StoredBankMessages } from './stored-bank-messages.ts'
import { type OrderOffset, readOrder, type StoredOrders, type TopicReadSoFar } from './stored-orders.ts'

export interface OrderReader {
  /** Takes in what has come since somebody last asked, a step at most; false where more is left. */
  catchUp(country: string, requestId: string): Promise<boolean>
  /** The same of the orders alone. */
  catchUpOrders(country: string): Promise<boolean>
  /** The order as it lies in the topic of its country, by its id alone. */
  textOfOrder(country: string, orderId: string): Promise<string | undefined>
  /** The order as it lies in its topic; undefined where there is none, or it is not kept any more. */
  textOf(requestId: string, orderId: string): Promise<string | undefined>
  /** A message by which an institution answered, as it came; undefined where there is none, or it is not kept any more. */
  messageOf(requestId: string, messageId: string): Promise<string | undefined>
}

/** 3 kB each: some 200 ms of reading. A country that orders more than this between two looks is caught up with in several. */
const recordsAtOnce = 5_000

interface Dependencies {
  readonly streams: Pick<Streams, 'partitionOf' | 'startOffset' | 'endOffset' | 'read'>
  readonly countryTopics: CountryTopics
  readonly kept: StoredOrders
  readonly messages: StoredBankMessages
  readonly file: Pick<SqliteFile, 'write'>
}

/**
 * Reads the orders of a country, and the messages that answered them, when somebody of it asks for them: following the topics of 190 countries for each desk would be a connection each, and nobody may
 * ever ask.
 */
export function createOrderReader({ streams, countryTopics, kept, messages, file }: Dependencies, atOnce = recordsAtOnce): OrderReader {
  /** One at a time for each partition: who asks meanwhile waits for its end. */
  const turns = new Map<string, SerialQueue>()

  async function readOn(topic: string, partition: number, take: (records: readonly StreamRecord[]) => void): Promise<boolean> {
    const [start, end] = [await streams.startOffset(topic, partition), await streams.endOffset(topic, partition)]
    const known = kept.soFar(topic, partition)
    const isSame = known === undefined || (known.next <= end && (known.next <= start || (await liesThere(topic, partition, known))))
    if (!isSame)
      await file.write(() => {
        kept.forget(topic)
        messages.forget(topic)
      })
    const from = Math.max(isSame && known ? known.next : 0, start)
    const to = Math.min(end, from + atOnce)
    let mark = known?.mark ?? ''
    for await (const records of streams.read(topic, partition, from, to)) {
      await file.write(() => take(records))
      mark = records.map(markOf).at(-1) ?? mark
    }
    if (to > from) await file.write(() => kept.readTo(topic, partition, { next: to, mark }))
    return to === end
  }

  /** An engine that was restored from a copy has other records where some were read, and may have as many again. */
  async function liesThere(topic: string, partition: number, { next, mark }: TopicReadSoFar): Promise<boolean> {
    for await (const records of streams.read(topic, partition, next - 1, next))
      if (records.some(record => markOf(record) !== mark)) return false
    return true
  }

  function inTurn(topic: string, partition: number, take: (records: readonly StreamRecord[]) => void): Promise<boolean> {
    const place = `${topic}/${partition}`
    const ofPlace = turns.get(place) ?? createSerialQueue()
    turns.set(place, ofPlace)
    return ofPlace.take(() => readOn(topic, partition, take))
  }

  /** The record that lies there, for as long as it does. */
  async function recordAt(place: OrderOffset | undefined): Promise<string | undefined> {
    if (!place || place.offset < (await streams.startOffset(place.topic, 0))) return undefined
    for await (const [record] of streams.read(place.topic, 0, place.offset, place.offset + 1)) if (record) return record.value
    return undefined
  }

  return {
    async catchUp(country, requestId) {
      const [orders, answered] = [ordersTopic(country), bankMessagesTopic(country)]
      await Promise.all([countryTopics.ensure(orders), countryTopics.ensure(answered)])
      const deliveries = topics.deliveries.name
      const read = await Promise.all([
        inTurn(orders.name, 0, kept.takeOrders),
        inTurn(deliveries, await streams.partitionOf(deliveries, requestId), kept.takeDeliveries),
        inTurn(answered.name, 0, messages.take),
      ])
      return read.every(isAll => isAll)
    },
    async catchUpOrders(country) {
      const orders = ordersTopic(country)
      await countryTopics.ensure(orders)
      return inTurn(orders.name, 0, kept.takeOrders)
    },
    async textOfOrder(country, orderId) {
      const value = await recordAt(kept.placeIn(ordersTopic(country).name, orderId))
      return value !== undefined && readOrder(value)?.data.orderId === orderId ? value : undefined
    },
    async textOf(requestId, orderId) {
      const value = await recordAt(kept.placeOf(requestId, orderId))
      return value !== undefined && readOrder(value)?.data.orderId === orderId ? value : undefined
    },
    async messageOf(requestId, messageId) {
      const value = await recordAt(messages.placeOf(requestId, messageId))
      const message = value === undefined ? undefined : readBankMessage(value)
      return message?.id === messageId ? message.data.text : undefined
    },
  }
}

const markOf = ({ offset, timestampMs, key }: StreamRecord): string => `${offset}/${timestampMs}/${key}`
