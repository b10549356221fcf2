import { documentOf, type FreezeRequest, readFact, topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'

/** The document of a request, read back from where the fact that brought it lies in the ledger: what is seldom needed is not kept a second time. Throws when it is not there. */
export async function readDocument(
  streams: Pick<Streams, 'read'>,
  partition: number,
  offset: number,
  requestId: string,
): Promise<FreezeRequest> {
  for await (const records of streams.read(topics.ledger.name, partition, offset, offset + 1))
    for (const { value } of records) {
      const fact = readFact(value)
      const document = fact.ok && fact.value.subject === requestId ? documentOf(fact.value) : undefined
      if (document) return document
    }
  throw new Error(`the ledger has no document of ${requestId} at ${partition}/${offset}`)
}
