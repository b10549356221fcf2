import { type DeadLetter, deadLetterSchema, parseJson, parseKept, type Redriven, redrivenSchema, topics } from '@holdfast/schemas'
import type { StreamRecord, Streams } from '@holdfast/streams'

const topic = topics.deadLetters.name

/** A letter with its place in the topic, which is what it is asked for by. */
export interface KeptLetter {
  readonly number: number
  readonly letter: DeadLetter
}

function letterIn({ offset, value }: StreamRecord): KeptLetter | undefined {
  const json = parseJson(value)
  const letter = json.ok ? parseKept(deadLetterSchema, json.value) : json
  return letter.ok ? { number: offset, letter: letter.value } : undefined
}

/** The newest letters before a place, newest first, and where to go on. Read backwards by their places: nothing is kept of a topic that may hold 90 days. */
export async function newestLetters(
  streams: Streams,
  before: number | undefined,
  limit: number,
): Promise<{ readonly letters: readonly KeptLetter[]; readonly next?: number }> {
  const [start, end] = await Promise.all([streams.startOffset(topic, 0), streams.endOffset(topic, 0)])
  const letters: KeptLetter[] = []
  let to = Math.min(before ?? end, end)
  while (letters.length < limit && to > start) {
    const from = Math.max(start, to - (limit - letters.length))
    letters.push(...(await lettersIn(streams, from, to)).reverse())
    to = from
  }
  return to > start ? { letters, next: to } : { letters }
}

async function lettersIn(streams: Streams, from: number, to: number): Promise<KeptLetter[]> {
  const found: KeptLetter[] = []
  for await (const records of streams.read(topic, 0, from, to)) found.push(...records.flatMap(record => letterIn(record) ?? []))
  return found
}

/** Undefined where there is none, or none any more. */
export async function findLetter(streams: Streams, number: number): Promise<KeptLetter | undefined> {
  const [start, end] = await Promise.all([streams.startOffset(topic, 0), streams.endOffset(topic, 0)])
  if (number < start || number >= end) return undefined
  return (await lettersIn(streams, number, number + 1)).find(letter => letter.number === number)
}

/** Which letters were sent again, by when and whom. Their topic is as long as people are patient: it is read once, and then what is new in it. */
export function createRedrivenMarks(streams: Streams) {
  const marks = new Map<string, { readonly at: string; readonly by: string }>()
  let position = 0
  let turn: Promise<unknown> = Promise.resolve()

  async function readOn(): Promise<void> {
    const { name } = topics.redriven
    const end = await streams.endOffset(name, 0)
    if (end === position) return
    for await (const records of streams.read(name, 0, Math.max(position, await streams.startOffset(name, 0)), end))
      for (const { value, offset } of records) {
        const mark = markIn(value)
        // Of two who had it sent again at once the first is named.
        if (mark && !marks.has(mark.data.letterId)) marks.set(mark.data.letterId, { at: mark.time, by: mark.data.by })
        position = offset + 1
      }
  }

  return {
    /** As it stands now. */
    async current(): Promise<ReadonlyMap<string, { readonly at: string; readonly by: string }>> {
      // One after the other, and one that failed does not keep the next from trying.
      const mine = turn.catch(() => undefined).then(readOn)
      turn = mine
      await mine
      return marks
    },
  }
}

function markIn(value: string): Redriven | undefined {
  const json = parseJson(value)
  const mark = json.ok ? parseKept(redrivenSchema, json.value) : json
  return mark.ok ? mark.value : undefined
}
