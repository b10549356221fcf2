import { type DeadLetter, topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'

/** Returns the reason in the dead letter of the event with this id; undefined if there is none yet. */
export async function deadLetterReasonOf(streams: Streams, id: string): Promise<string | undefined> {
  const end = await streams.endOffset(topics.deadLetters.name, 0).catch(() => 0)
  if (end > 0)
    for await (const records of streams.read(topics.deadLetters.name, 0, 0, end))
      for (const { value } of records) {
        const { data } = JSON.parse(value) as DeadLetter
        if (data.value.includes(`"${id}"`)) return data.reason
      }
  return undefined
}
