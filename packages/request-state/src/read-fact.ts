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

/** Reads one fact back from the ledger, so that rarely used data is stored once only. Throws if it is not there. */
export async function readFactAt(streams: Pick<Streams, 'read'>, partition: number, offset: number, requestId: string): Promise<Fact> {
  for await (const records of streams.read(topics.ledger.name, partition, offset, offset + 1))
    for (const record of records) {
      const entry = ledgerRecordIn(record)
      if (entry.ok && isKnownFactType(entry.value.type) && entry.value.subject === requestId) return entry.value as Fact
    }
  throw new Error(`the ledger has no fact of ${requestId} at ${partition}/${offset}`)
}

/** Reads the document of a request back from its fact. Throws if it is not there. */
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

/** Thrown if the personal data of a fact is needed but cannot be read: its data key was destroyed or is unavailable. */
export class UnreadableDataError extends Error {
  override readonly name = 'UnreadableDataError'
  /**
   * True for erased data. Every step that needs the data precedes its erasure (V30), so no service has to wait for it.
   */
  readonly isErased: boolean

  constructor(of: string, requestId: string, isErased: boolean) {
    super(
      `the personal data of ${of}, of request ${requestId}, ${isErased ? 'was erased' : 'cannot be read: its key is unavailable, or the encrypted field was rejected (see the log)'}`,
    )
    this.isErased = isErased
  }
}

/** For a reader that needs the personal data of a fact. If this throws, the request is parked until the data is readable. */
export function assertReadable({ id, subject, data }: Pick<Fact | RefusedCommand, 'id' | 'subject' | 'data'>): void {
  if (isRedacted(data)) throw new UnreadableDataError(id, subject, isErased(data))
}
