import { deadLetterType, deterministicId, topics } from '@holdfast/schemas'
import { appendBytesMax, type StreamRecord, type Streams } from '@holdfast/streams'
import type { Clock } from './clock.ts'
import type { Logger } from './log.ts'

export interface DeadLetters {
  /** Keeps a record that can't be worked on, with the reason; durable when it resolves. Keeping it twice makes the same id. */
  keep(record: StreamRecord, reason: string): Promise<void>
}

/** What never leaves the place where it was received. */
const secretHeaders: ReadonlySet<string> = new Set(['authorization'])
/** A letter wraps the record as a string inside JSON, which can double its size; what is longer is cut, and the reason says so. */
const valueMax = appendBytesMax / 4

export function createDeadLetters(streams: Streams, service: string, clock: Clock, log: Logger): DeadLetters {
  return {
    async keep(record, reason) {
      const cut = record.value.length > valueMax
      const letter = {
        specversion: '1.0',
        id: deterministicId('dead-letter', record.topic, record.partition, record.offset, service),
        source: `/holdfast/${service}`,
        type: deadLetterType,
        time: clock.now().toISOString(),
        datacontenttype: 'application/json',
        data: {
          topic: record.topic,
          partition: record.partition,
          offset: record.offset,
          key: record.key,
          headers: Object.fromEntries(Object.entries(record.headers).filter(([name]) => !secretHeaders.has(name.toLowerCase()))),
          value: cut ? record.value.slice(0, valueMax) : record.value,
          service,
          reason: cut ? `${reason.slice(0, 1900)} (the value is cut after ${valueMax} characters)` : reason.slice(0, 2000),
        },
      }
      await streams.publish(topics.deadLetters.name, [{ key: record.topic, value: JSON.stringify(letter) }])
      log.warn({ topic: record.topic, partition: record.partition, offset: record.offset }, 'a record went to the dead letters')
    },
  }
}
