import { type DeadLetter, deadLetterSchema, parseJson, parseStored, type Redriven, redrivenSchema, topics } from '@holdfast/schemas'
import { createReadOn, type StreamRecord, type Streams } from '@holdfast/streams'

const topic = topics.deadLetters.name

/** A letter with its place in the topic, which is what it is asked for by. */
export interface StoredDeadLetter {
  readonly number: number
  readonly letter: DeadLetter
}

function letterIn({ offset, value }: StreamRecord): StoredDeadLetter | undefined {
  const json = parseJson(value)
  const letter = json.ok ? parseStored(deadLetterSchema, json.value) : json
  return letter.ok ? { number: offset, letter: letter.value } : undefined
}

export interface DeadLettersQuery {
  /** Behind the newest that is wanted; without it the end. */
  readonly before?: number | undefined
  readonly limit: number
  readonly topic?: string | undefined
}

/** So many are read to find those of one topic: a letter may have 600 kB. */
const lookedThroughMax = 500

/**
 * The newest letters before a place, newest first, and where to go on. Read backwards by their places: nothing is kept of a topic that may hold 90 days. Of one topic there may be fewer than the
 * limit, or none, although `next` says that there are older letters.
 */
export async function newestDeadLetters(
  streams: Streams,
  { before, limit, topic: wanted }: DeadLettersQuery,
): Promise<{ readonly letters: readonly StoredDeadLetter[]; readonly next?: number }> {
  const [start, end] = await Promise.all([streams.startOffset(topic, 0), streams.endOffset(topic, 0)])
  const letters: StoredDeadLetter[] = []
  let to = Math.min(before ?? end, end)
  const stop = wanted === undefined ? start : Math.max(start, to - lookedThroughMax)
  while (letters.length < limit && to > stop) {
    const from = Math.max(stop, to - (limit - letters.length))
    const found = await lettersIn(streams, from, to)
    letters.push(...found.filter(({ letter }) => wanted === undefined || letter.data.topic === wanted).reverse())
    to = from
  }
  return to > start ? { letters, next: to } : { letters }
}

async function lettersIn(streams: Streams, from: number, to: number): Promise<StoredDeadLetter[]> {
  const found: StoredDeadLetter[] = []
  for await (const records of streams.read(topic, 0, from, to)) found.push(...records.flatMap(record => letterIn(record) ?? []))
  return found
}

/** The letter of a number as somebody writes it; undefined where there is none, or none any more. */
export async function findDeadLetter(streams: Streams, written: string): Promise<StoredDeadLetter | undefined> {
  if (!/^\d{1,15}$/.test(written)) return undefined
  const number = Number(written)
  const [start, end] = await Promise.all([streams.startOffset(topic, 0), streams.endOffset(topic, 0)])
  if (number < start || number >= end) return undefined
  return (await lettersIn(streams, number, number + 1)).find(letter => letter.number === number)
}

export const deadLetterUnknown = { code: 'NOT_FOUND', message: 'there is no dead letter with this number' } as const

/** When a letter was sent again, and by whom. */
export interface RedriveRecord {
  readonly at: string
  readonly by: string
}

export interface RedriveRecords {
  /** As it stands now, by the ids of letters. */
  current(): Promise<ReadonlyMap<string, RedriveRecord>>
}

/** Which letters were sent again, by when and whom. Their topic is as long as people are patient: it is read once, and then what is new in it. */
export function createRedriveRecords(streams: Streams): RedriveRecords {
  const marks = new Map<string, RedriveRecord>()
  const readOn = createReadOn(
    streams,
    topics.redriven.name,
    ({ value }) => {
      const mark = markIn(value)
      // Of two who had it sent again at once the first is named.
      if (mark && !marks.has(mark.data.letterId)) marks.set(mark.data.letterId, { at: mark.time, by: mark.data.by })
    },
    () => marks.clear(),
  )
  return {
    async current() {
      await readOn()
      return marks
    },
  }
}

function markIn(value: string): Redriven | undefined {
  const json = parseJson(value)
  const mark = json.ok ? parseStored(redrivenSchema, json.value) : json
  return mark.ok ? mark.value : undefined
}
