import { fingerprintsAfterBatch, type LogFingerprints, unchangedUpTo } from './log-fingerprints.ts'
import type { StreamRecord, Streams } from './port.ts'

/**
 * Reads a topic of one partition that is short: once, and at each call what is new in it. Where the topic is another one than before, as it lost its tail or was made anew, however long
 * it is by now, `startAgain` is called and it is read from its beginning. @param beginAt the first record that is needed, which is the first one of the topic where nothing else is said.
 */
export function createReadOn(
  streams: Pick<Streams, 'startOffset' | 'endOffset' | 'read'>,
  topic: string,
  take: (record: StreamRecord) => void,
  startAgain: () => void,
  beginAt: () => Promise<number> = () => streams.startOffset(topic, 0),
): () => Promise<void> {
  let past: LogFingerprints = []
  let turn: Promise<unknown> = Promise.resolve()

  async function readOn(): Promise<void> {
    const lasting = await unchangedUpTo(streams, topic, 0, past)
    if (lasting !== (past.at(-1)?.next ?? 0)) {
      startAgain()
      past = []
    }
    const position = past.at(-1)?.next
    const end = await streams.endOffset(topic, 0)
    if (end === (position ?? 0)) return
    for await (const records of streams.read(topic, 0, Math.max(position ?? (await beginAt()), await streams.startOffset(topic, 0)), end)) {
      for (const record of records) take(record)
      past = fingerprintsAfterBatch(past, records)
    }
  }

  return async () => {
    // One after the other, and one that failed does not keep the next from trying.
    const mine = turn.catch(() => undefined).then(readOn)
    turn = mine
    await mine
  }
}
