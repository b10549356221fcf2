import {
  documentOf,
  type Fact,
  type FreezeRequest,
  isErased,
  isKnownFactType,
  isRedacted,
  ledgerRecordIn,
  type RefusedCommand,
  topics,
} from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'

/** A fact of a request, read back from where it lies in the ledger: what is seldom needed is not kept a second time. Throws when it is not there. */
export async function readFactAt(streams: Pick<Streams, 'read'>, partition: number, offset: number, requestId: string): Promise<Fact> {
  for await (const records of streams.read(topics.ledger.name, partition, offset, offset + 1))
    for (const record of records) {
      const entry = ledgerRecordIn(record)
      if (entry.ok && isKnownFactType(entry.value.type) && entry.value.subject === requestId) return entry.value as Fact
    }
  throw new Error(`the ledger has no fact of ${requestId} at ${partition}/${offset}`)
}

/** The document of a request, read back from the fact that brought it. Throws when it is not there. */
export async function readDocument(
  streams: Pick<Streams, 'read'>,
  partition: number,
  offset: number,
  requestId: string,
): Promise<FreezeRequest> {
  const fact = await readFactAt(streams, partition, offset, requestId)
  assertReadable(fact)
  const document = documentOf(fact)
  if (document) return document
  throw new Error(`the ledger has no document of ${requestId} at ${partition}/${offset}`)
}

/** Thrown where the words of a fact are needed and can't be read: their key was destroyed, or is not to be had. */
export class UnreadableDataError extends Error {
  override readonly name = 'UnreadableDataError'
  /** For good: whoever destroyed the key had done before all that needed it (V30), and nothing has to wait for it. */
  readonly areDestroyed: boolean

  constructor(of: string, requestId: string, areDestroyed: boolean) {
    super(
      `the words of ${of}, of request ${requestId}, ${areDestroyed ? 'were destroyed' : "can't be read: their key is not available, or the encrypted field was rejected, which the log then says"}`,
    )
    this.areDestroyed = areDestroyed
  }
}

/** For who can't go on without the words of a fact: its request is parked, and goes on once they can be read. */
export function assertReadable({ id, subject, data }: Pick<Fact | RefusedCommand, 'id' | 'subject' | 'data'>): void {
  if (isRedacted(data)) throw new UnreadableDataError(id, subject, isErased(data))
}
