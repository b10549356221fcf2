import {
  consequenceIdOf,
  type Fact,
  factKindOf,
  type Notice,
  noticesTopic,
  noticeType,
  type Order,
  readFact,
  topics,
} from '@holdfast/schemas'
import type { Clock, CountryTopics } from '@holdfast/service-kit'
import type { Streams } from '@holdfast/streams'
import type { Ended } from './pending.ts'

interface Dependencies {
  readonly streams: Streams
  readonly countryTopics: CountryTopics
  readonly clock: Clock
}

/**
 * Tells the desk of the country that an order did not reach who takes it: the one place where that is done. Its system gets an alert; done again, it gets the same one.
 */
export const createEscalation =
  ({ streams, countryTopics, clock }: Dependencies) =>
  async (order: Order, { recipient, attempts, why }: Ended & { kind: 'escalated' }): Promise<void> => {
    const { orderId, requestId, country, caseReference, kind } = order.data
    const { fact, sequence, phase } = await causeOf(streams, order)
    const topic = noticesTopic(country)
    const notice: Notice = {
      specversion: '1.0',
      id: consequenceIdOf('notice', requestId, `undelivered/${orderId}`),
      source: '/holdfast/dispatch',
      type: noticeType,
      subject: requestId,
      time: clock.now().toISOString(),
      datacontenttype: 'application/json',
      causationid: orderId,
      ...(order.correlationid ? { correlationid: order.correlationid } : {}),
      data: {
        kind: 'alert',
        country,
        requestId,
        caseReference,
        fact,
        sequence,
        phase,
        message: 'An order did not reach the institution it is for: call its duty desk, then mend its entry in the directory',
        data: { orderId, orderKind: kind, recipient, attempts, why },
      },
    }
    await countryTopics.ensure(topic)
    await streams.publish(topic.name, [{ key: requestId, value: JSON.stringify(notice) }])
  }

/** Stamps of brokers and services may differ by this much. */
const marginMs = 60_000

/** Which fact made the order. It is searched for in the ledger, from the time that the order says on: this is seldom done. Throws when it is not there. */
async function causeOf(streams: Streams, order: Order) {
  const ledger = topics.ledger.name
  const partition = await streams.partitionOf(ledger, order.data.requestId)
  const from = await streams.offsetAt(ledger, partition, Date.parse(order.time) - marginMs)
  const end = await streams.endOffset(ledger, partition)
  for await (const records of streams.read(ledger, partition, from, end))
    for (const { key, value } of records) {
      if (key !== order.data.requestId) continue
      const read = readFact(value)
      if (read.ok && read.value.id === order.causationid) return placeOf(read.value)
    }
  throw new Error(`the ledger has no fact ${order.causationid} of ${order.data.requestId}`)
}

const placeOf = (fact: Fact) => ({ fact: factKindOf(fact), sequence: fact.sequence, phase: fact.phase })
