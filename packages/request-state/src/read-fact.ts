import type { Workflow } from '@holdfast/core'
import { isErased, isFactType, isRedacted, type LedgerFact, ledgerRecordIn, type RefusedCommand } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'

/** Reads one fact back from the ledger, so that rarely used data is stored once only. Throws if it is not there. */
export async function readFactAt<F extends LedgerFact>(
  streams: Pick<Streams, 'read'>,
  { topics }: Pick<Workflow, 'topics'>,
  partition: number,
  offset: number,
  requestId: string,
): Promise<F> {
  for await (const records of streams.read(topics.ledger.name, partition, offset, offset + 1))
    for (const record of records) {
      const entry = ledgerRecordIn(record)
      if (entry.ok && isFactType(entry.value.type) && entry.value.subject === requestId) return entry.value as F
    }
  throw new Error(`the ledger has no fact of ${requestId} at ${partition}/${offset}`)
}

/** Reads the document of a request back from its fact. Throws if it is not there. */
export async function readDocument<Document>(
  streams: Pick<Streams, 'read'>,
  workflow: Pick<Workflow, 'topics'> & { documentOf(fact: LedgerFact): Document | undefined },
  partition: number,
  offset: number,
  requestId: string,
): Promise<Document> {
  const fact = await readFactAt(streams, workflow, partition, offset, requestId)
  assertReadable(fact)
  const document = workflow.documentOf(fact)
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
export function assertReadable({ id, subject, data }: Pick<LedgerFact | RefusedCommand, 'id' | 'subject' | 'data'>): void {
  if (isRedacted(data)) throw new UnreadableDataError(id, subject, isErased(data))
}
