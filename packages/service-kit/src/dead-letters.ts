import { type DeadLetter, deadLetterType, deterministicId, topics } from '@holdfast/schemas'
import type { StreamRecord, Streams } from '@holdfast/streams'
import type { Clock } from './clock.ts'
import type { Logger } from './log.ts'

export interface DeadLetters {
  /** Keeps a record that can't be worked on, with the reason; durable when it resolves. Keeping it twice makes the same id. */
  keep(record: StreamRecord, reason: string): Promise<void>
}

/** What never leaves the place where it was received. */
const secretHeaders: ReadonlySet<string> = new Set(['authorization'])

// A letter must fit one record (600 kB) whatever came: one that does not could never be kept, and its partition would stand still for good.
// A character can take six bytes in JSON, so all is counted in bytes of JSON. These come to 570 kB.
const valueBytesMax = 480_000
const keyBytesMax = 2_000
const headersMax = 40
const headerBytesMax = 1_000
const reasonMax = 2_000

export function createDeadLetters(streams: Streams, service: string, clock: Clock, log: Logger): DeadLetters {
  return {
    async keep(record, reason) {
      const letter: DeadLetter = {
        specversion: '1.0',
        id: deterministicId('dead-letter', record.topic, record.partition, record.offset, service),
        source: `/holdfast/${service}`,
        type: deadLetterType,
        time: clock.now().toISOString(),
        datacontenttype: 'application/json',
        data: bodyOf(record, service, reason),
      }
      await streams.publish(topics.deadLetters.name, [{ key: record.topic, value: JSON.stringify(letter) }])
      log.warn({ topic: record.topic, partition: record.partition, offset: record.offset }, 'a record went to the dead letters')
    },
  }
}

function bodyOf({ topic, partition, offset, ...record }: StreamRecord, service: string, reason: string): DeadLetter['data'] {
  const value = beginningOf(record.value, valueBytesMax)
  const key = beginningOf(record.key, keyBytesMax)
  const given = Object.entries(record.headers).filter(([name]) => !secretHeaders.has(name.toLowerCase()))
  const headers = Object.fromEntries(
    given.slice(0, headersMax).map(([name, text]) => [beginningOf(name, headerBytesMax), beginningOf(text, headerBytesMax)]),
  )
  const cuts = [
    value === record.value ? [] : `the value is cut after ${value.length} characters`,
    key === record.key ? [] : `the key is cut after ${key.length} characters`,
    given.every(([name, text]) => headers[name] === text) ? [] : 'headers are cut or left out',
  ].flat()
  const note = cuts.length > 0 ? ` (${cuts.join('; ')})` : ''
  return { topic, partition, offset, key, headers, value, service, reason: reason.slice(0, reasonMax - note.length) + note }
}

/** The text, or as much of its beginning as fits in so many bytes of JSON. */
function beginningOf(text: string, bytesMax: number): string {
  for (let kept = text; ; ) {
    const bytes = Buffer.byteLength(JSON.stringify(kept))
    if (bytes <= bytesMax) return kept
    kept = kept.slice(0, Math.floor((kept.length * bytesMax) / bytes))
  }
}
