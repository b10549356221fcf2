import { type Answer, noticesTopic, ordersTopic, topics } from '@holdfast/schemas'
import type { MemoryLog } from '@holdfast/streams/memory'
import type { Delivered, Observations } from '../../checker/observations.ts'
import type { SentRequest } from './member.ts'

export interface Seen {
  readonly sent: readonly SentRequest[]
  readonly log: MemoryLog
  readonly partitions: number
  /** Every request has come to its end. */
  readonly isFinished: boolean
  /** How often an owner that had lost its partition sent orders. */
  readonly lateOrders: number
}

const countries = ['SG', 'TL'] as const

/** What the outside saw of a run, and the ledger as it lies, for the checker: members' sendings, and what came to banks and member systems. */
export function observationsOf({ sent, log, partitions, isFinished }: Seen): Observations {
  const there = new Set(log.topics())
  const comeBy = (topicOf: typeof noticesTopic): Delivered[] =>
    countries.flatMap(country => {
      const { name } = topicOf(country)
      const records = there.has(name) ? log.recordsOf(name, 0) : []
      return records.map(({ timestampMs, value }) => ({ country, atMs: timestampMs, value }))
    })
  const all = (topic: string) =>
    Array.from({ length: partitions }, (_, partition) => partition).flatMap(partition => log.recordsOf(topic, partition))
  return {
    requests: sent.map(({ key, document, sendings }) => ({
      by: 'SG/system/member',
      key,
      document,
      attempts: sendings.map(({ sentMs, endedMs, status, body }) => ({
        sentMs,
        endedMs,
        outcome: status === 202 ? 'accepted' : status === 'unknown' || status >= 500 || status === 409 ? 'unknown' : 'refused',
        ...(body === undefined ? {} : { body: JSON.parse(body) as unknown }),
      })),
    })),
    commands: [],
    answers: all(topics.answers.name).map(({ headers, value, timestampMs }) => {
      const { id, data } = JSON.parse(value) as Answer
      const { orderId, requestId, kind, details } = data
      const by = (headers.authorization ?? '').replace('Bearer ', '')
      return { by, id, orderId, requestId, kind, details, attempts: [{ sentMs: timestampMs, endedMs: timestampMs, outcome: 'accepted' }] }
    }),
    orders: comeBy(ordersTopic),
    notices: comeBy(noticesTopic),
    reads: [],
    ledger: all(topics.ledger.name).map(({ partition, offset, timestampMs, value }) => ({ partition, offset, timestampMs, value })),
    isFinished,
  }
}
