import { fingerprintsAfterBatch, type LogFingerprints, unchangedUpTo } from './log-fingerprints.ts'
import type { StreamRecord, Streams } from './port.ts'

/**
 * Reads a short topic of one partition: first all of it, then the new records at each call. If the topic was truncated
 * or recreated, `startAgain` is called and it is read from its start. @param beginAt the first record needed; default:
 * the first record of the topic.
 */
export function createTopicReader(
  streams: Pick<Streams, 'startOffset' | 'endOffset' | 'read'>,
  topic: string,
  take: (record: StreamRecord) => void,
  startAgain: () => void,
  beginAt: () => Promise<number> = () => streams.startOffset(topic, 0),
): () => Promise<void> {
  let fingerprints: LogFingerprints = []
  let previous: Promise<unknown> = Promise.resolve()

  async function readNewRecords(): Promise<void> {
    const unchangedTo = await unchangedUpTo(streams, topic, 0, fingerprints)
    if (unchangedTo !== (fingerprints.at(-1)?.next ?? 0)) {
      startAgain()
      fingerprints = []
    }
    const position = fingerprints.at(-1)?.next
    const end = await streams.endOffset(topic, 0)
    if (end === (position ?? 0)) return
    for await (const records of streams.read(topic, 0, Math.max(position ?? (await beginAt()), await streams.startOffset(topic, 0)), end)) {
      for (const record of records) take(record)
      fingerprints = fingerprintsAfterBatch(fingerprints, records)
    }
  }

  return async () => {
    // One read at a time; a failed read must not stop the next one.
    const reading = previous.catch(() => undefined).then(readNewRecords)
    previous = reading
    await reading
  }
}
