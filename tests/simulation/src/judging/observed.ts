import type { Answer } from '@holdfast/payment-stop/language'
import { notificationsTopic, ordersTopic, topics } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'
import type { MemoryLog } from '@holdfast/test-kit/memory-streams'
import type { Delivered, Observations, SentAnswer } from '../../../checker/observations.ts'
import { intruderSource } from '../actors/intruder.ts'
import type { SentRequest } from '../actors/member.ts'

export interface Seen {
  readonly sent: readonly SentRequest[]
  readonly log: MemoryLog
  readonly partitions: number
  readonly commands: Observations['commands']
  readonly reads: Observations['reads']
  /** Every request has ended. */
  readonly isFinished: boolean
  readonly endedMs: number
  /** Records of the ledger while their personal data was readable, by stored record; others are as stored. */
  readonly opened: ReadonlyMap<string, string>
}

const countries = ['SG', 'TL'] as const

/**
 * The observations of a run for the checker: members' submissions, deliveries to banks and member systems, and the
 * stored ledger.
 */
export function observationsOf({ sent, commands, reads, log, partitions, isFinished, endedMs, opened }: Seen): Observations {
  const there = new Set(log.topics())
  const comeBy = (topicOf: typeof notificationsTopic): Delivered[] =>
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
    commands,
    answers: withAttempts(all(topics.answers.name).flatMap(answerOf)),
    orders: comeBy(ordersTopic),
    notifications: comeBy(notificationsTopic),
    reads,
    ledger: all(topics.ledger.name).map(({ partition, offset, timestampMs, value }) => ({
      partition,
      offset,
      timestampMs,
      value: opened.get(value) ?? value,
    })),
    isFinished,
    endedMs,
  }
}

/** Unreadable answers and those of the intruder are not expected in the ledger, but explain a fact. */
function answerOf({ headers, value, timestampMs }: StreamRecord): SentAnswer[] {
  const { id, source, data } = read(value) as Partial<Answer>
  if (id === undefined || data === undefined) return []
  const { orderId, requestId, kind, details } = data
  const by = (headers.authorization ?? '').replace('Bearer ', '')
  const outcome = source === intruderSource ? 'unknown' : 'accepted'
  return [{ by, id, orderId, requestId, kind, details, attempts: [{ sentMs: timestampMs, endedMs: timestampMs, outcome }] }]
}

/** A bank without an acknowledgement repeats its answer: one answer with several attempts. */
const withAttempts = (answers: readonly SentAnswer[]): SentAnswer[] =>
  [...Map.groupBy(answers, ({ by, id }) => `${by} ${id}`).values()].flatMap(([first, ...again]) =>
    first ? [{ ...first, attempts: [first, ...again].flatMap(({ attempts }) => attempts) }] : [],
  )

function read(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
