import { type DeadLetter, deadLetterType, deterministicId, topics } from '@holdfast/schemas'
import type { OutgoingRecord, StreamRecord, Streams } from '@holdfast/streams'
import type { Clock } from '../clock.ts'
import { createDayBudget } from '../day-budget.ts'
import type { Logger } from '../log.ts'

/** A record that cannot be processed, and the reason. */
export interface Refused {
  readonly record: StreamRecord
  readonly reason: string
}

export interface DeadLetters {
  /** Stores a record that cannot be processed, with the reason; durable when it resolves. A repeat has the same id. */
  keep(record: StreamRecord, reason: string): Promise<void>
  /**
   * Stores the refused records of one batch from unknown senders. A few bytes may decompress to thousands of records,
   * so up to 20 of each partition are stored one by one, and one dead letter stands for more. A partition that has used
   * up its daily quota gets none until the next day: the log has the refusals.
   */
  keepOfBatch(refused: readonly Refused[]): Promise<void>
}

const keptAloneMax = 20
const lettersOfDayMax = 2_000
/** A reason that quotes the record is different each time. */
const reasonsNamedMax = 5

/** Headers that are never copied. */
const secretHeaders: ReadonlySet<string> = new Set(['authorization'])

// A dead letter must fit one record (600 kB) whatever was received; otherwise its partition would be blocked forever.
// A character can take six bytes in JSON, so the limits count bytes of JSON. They add up to 570 kB.
const valueBytesMax = 480_000
const keyBytesMax = 2_000
const headersMax = 40
const headerBytesMax = 1_000
const reasonMax = 2_000

export function createDeadLetters(streams: Streams, service: string, clock: Clock, log: Logger): DeadLetters {
  const budget = createDayBudget(clock, lettersOfDayMax)

  const recordOf = ({ record, reason }: Refused): OutgoingRecord => {
    const letter: DeadLetter = {
      specversion: '1.0',
      id: deterministicId('dead-letter', record.topic, record.partition, record.offset, service),
      source: `/holdfast/${service}`,
      type: deadLetterType,
      time: clock.now().toISOString(),
      datacontenttype: 'application/json',
      data: bodyOf(record, service, reason),
    }
    return { key: record.topic, value: JSON.stringify(letter) }
  }

  async function keepAll(refused: readonly Refused[]): Promise<void> {
    await Promise.all(refused.map(each => streams.publish(topics.deadLetters.name, [recordOf(each)])))
    for (const { record } of refused)
      log.warn({ topic: record.topic, partition: record.partition, offset: record.offset }, 'Record moved to the dead-letter topic')
  }

  async function keepOfPartition(refused: readonly Refused[]): Promise<void> {
    const [{ record }] = refused as [Refused]
    const { topic, partition } = record
    const letters = refused.length > keptAloneMax ? [standingFor(refused)] : refused
    if (budget.takes(`${topic}/${partition}`, letters.length)) return keepAll(letters)
    log.warn(
      { topic, partition, records: refused.length },
      'Records refused without a dead letter: the quota of this partition for today is used up',
    )
  }

  return {
    keep: (record, reason) => keepAll([{ record, reason }]),
    async keepOfBatch(refused) {
      const partitions = Map.groupBy(refused, ({ record: { topic, partition } }) => `${topic}/${partition}`)
      await Promise.all([...partitions.values()].map(keepOfPartition))
    },
  }
}

/** One dead letter for many records: the first as a sample, their offsets, and the reasons. */
function standingFor(refused: readonly Refused[]): Refused {
  const [{ record }] = refused as [Refused]
  const lastOffset = refused.at(-1)?.record.offset
  const counts = [...Map.groupBy(refused, ({ reason }) => reason)].map(([reason, of]) => `${of.length} × ${reason.slice(0, 200)}`)
  const named = counts.slice(0, reasonsNamedMax).join('; ')
  const more = counts.length > reasonsNamedMax ? `; and ${counts.length - reasonsNamedMax} more reasons` : ''
  return {
    record,
    reason: `this dead letter stands for ${refused.length} records up to offset ${lastOffset}, of which this is the first: ${named}${more}`,
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

/** The longest beginning of the text that fits into this many bytes of JSON. */
function beginningOf(text: string, bytesMax: number): string {
  for (let kept = text; ; ) {
    const bytes = Buffer.byteLength(JSON.stringify(kept))
    if (bytes <= bytesMax) return kept
    kept = kept.slice(0, Math.floor((kept.length * bytesMax) / bytes))
  }
}
