import { type DeadLetter, deadLetterSchema, parseJson, parseStored, type Redriven, redrivenSchema, topics } from '@holdfast/schemas'
import { createTopicReader, type StreamRecord, type Streams } from '@holdfast/streams'

const topic = topics.deadLetters.name

/** A dead letter with its offset in the topic, which is its number. */
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
  /** The offset before which to read; without it, the end. */
  readonly before?: number | undefined
  readonly limit: number
  readonly topic?: string | undefined
}

/** Dead letters read to find those of one topic; each can have 600 kB. */
const scannedMax = 500

/**
 * The newest dead letters before an offset, newest first, and the offset to continue. Reads the topic backwards and
 * stores nothing, because it may hold 90 days. A page of one topic can have fewer than `limit`, or none, although
 * `next` says that there are older ones.
 */
export async function newestDeadLetters(
  streams: Streams,
  { before, limit, topic: wanted }: DeadLettersQuery,
): Promise<{ readonly letters: readonly StoredDeadLetter[]; readonly next?: number }> {
  const [start, end] = await Promise.all([streams.startOffset(topic, 0), streams.endOffset(topic, 0)])
  const letters: StoredDeadLetter[] = []
  let to = Math.min(before ?? end, end)
  const stop = wanted === undefined ? start : Math.max(start, to - scannedMax)
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

/** The dead letter with this number; undefined if there is none, or it is no longer stored. */
export async function findDeadLetter(streams: Streams, written: string): Promise<StoredDeadLetter | undefined> {
  if (!/^\d{1,15}$/.test(written)) return undefined
  const number = Number(written)
  const [start, end] = await Promise.all([streams.startOffset(topic, 0), streams.endOffset(topic, 0)])
  if (number < start || number >= end) return undefined
  return (await lettersIn(streams, number, number + 1)).find(letter => letter.number === number)
}

export const deadLetterUnknown = { code: 'NOT_FOUND', message: 'There is no dead letter with this number.' } as const

/** When a dead letter was sent again, and by whom. */
export interface RedriveRecord {
  readonly at: string
  readonly by: string
}

export interface RedriveRecords {
  /** The current redrives by the ids of dead letters. */
  current(): Promise<ReadonlyMap<string, RedriveRecord>>
}

/** Redrives are rare, so their topic is read once and then only its new records. */
export function createRedriveRecords(streams: Streams): RedriveRecords {
  const redrives = new Map<string, RedriveRecord>()
  const readOn = createTopicReader(
    streams,
    topics.redriven.name,
    ({ value }) => {
      const redriven = redrivenIn(value)
      // Of two concurrent redrives, the first is named.
      if (redriven && !redrives.has(redriven.data.letterId))
        redrives.set(redriven.data.letterId, { at: redriven.time, by: redriven.data.by })
    },
    () => redrives.clear(),
  )
  return {
    async current() {
      await readOn()
      return redrives
    },
  }
}

function redrivenIn(value: string): Redriven | undefined {
  const json = parseJson(value)
  const redriven = json.ok ? parseStored(redrivenSchema, json.value) : json
  return redriven.ok ? redriven.value : undefined
}
