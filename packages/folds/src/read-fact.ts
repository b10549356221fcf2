import { documentOf, type Fact, type FreezeRequest, readFact, topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'

/** A fact of a request, read back from where it lies in the ledger: what is seldom needed is not kept a second time. Throws when it is not there. */
export async function readFactAt(streams: Pick<Streams, 'read'>, partition: number, offset: number, requestId: string): Promise<Fact> {
  for await (const records of streams.read(topics.ledger.name, partition, offset, offset + 1))
    for (const { value } of records) {
      const fact = readFact(value)
      if (fact.ok && fact.value.subject === requestId) return fact.value
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
  const document = documentOf(await readFactAt(streams, partition, offset, requestId))
  if (document) return document
  throw new Error(`the ledger has no document of ${requestId} at ${partition}/${offset}`)
}
