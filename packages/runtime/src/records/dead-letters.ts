import { type DeadLetter, deadLetterType, deterministicId, topics } from '@holdfast/schemas'
import type { OutgoingRecord, StreamRecord, Streams } from '@holdfast/streams'
import type { Clock } from '../clock.ts'
import { createDayBudget } from '../day-budget.ts'
import type { Logger } from '../log.ts'

/** A record that can't be worked on, and why. */
export interface Refused {
  readonly record: StreamRecord
  readonly reason: string
}

export interface DeadLetters {
  /** Keeps a record that can't be worked on, with the reason; durable when it resolves. Keeping it twice makes the same id. */
  keep(record: StreamRecord, reason: string): Promise<void>
  /**
   * Keeps what came in one batch from senders who are not known. A few bytes may unpack to thousands of records, so of each partition up to 20 are kept one by one, and one letter stands for all of them where there are more.
   * A partition that has had its letters of the day gets none until the next day: what is refused is in the log only.
   */
  keepOfBatch(refused: readonly Refused[]): Promise<void>
}

const keptAloneMax = 20
const lettersOfDayMax = 2_000
/** A reason that quotes what was sent is another one each time. */
const reasonsNamedMax = 5

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
      log.warn({ topic: record.topic, partition: record.partition, offset: record.offset }, 'a record went to the dead letters')
  }

  async function keepOfPartition(refused: readonly Refused[]): Promise<void> {
    const [{ record }] = refused as [Refused]
    const { topic, partition } = record
    const letters = refused.length > keptAloneMax ? [standingFor(refused)] : refused
    if (budget.takes(`${topic}/${partition}`, letters.length)) return keepAll(letters)
    log.warn(
      { topic, partition, records: refused.length },
      'records can not be taken, and the dead letters of this partition are used up for today',
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

/** One letter for many records: the first as a sample, where all of them lie, and why they were refused. */
function standingFor(refused: readonly Refused[]): Refused {
  const [{ record }] = refused as [Refused]
  const lastOffset = refused.at(-1)?.record.offset
  const counts = [...Map.groupBy(refused, ({ reason }) => reason)].map(([reason, of]) => `${of.length} × ${reason.slice(0, 200)}`)
  const named = counts.slice(0, reasonsNamedMax).join('; ')
  const more = counts.length > reasonsNamedMax ? `; and ${counts.length - reasonsNamedMax} more reasons` : ''
  return {
    record,
    reason: `this letter stands for ${refused.length} records up to offset ${lastOffset}, of which this is the first: ${named}${more}`,
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
