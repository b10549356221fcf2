import type { OpenFolds } from '@holdfast/folds'
import type { ParentRequest } from '@holdfast/rules'
import { type FreezeRequest, topics } from '@holdfast/schemas'
import type { SnapshotStore } from '@holdfast/stores'
import type { Streams } from '@holdfast/streams'
import { parseState, type RequestState } from './request-fold.ts'

/** What is known of requests in any partition; undefined of one that is not known, or not yet. */
export type FindRequest = (requestId: string) => Promise<RequestState | undefined>

/** Finds requests as their owners last saved them, those of partitions that this process has and of the present batch as they are now. */
export function findRequests(
  streams: Streams,
  store: SnapshotStore,
  folds: OpenFolds<RequestState>,
  present: ReadonlyMap<string, RequestState>,
): FindRequest {
  return async requestId => {
    const here = present.get(requestId)
    if (here) return here
    const partition = await streams.partitionOf(topics.ledger.name, requestId)
    const fold = folds.get(partition)
    if (fold) return (await fold.load([requestId])).get(requestId)
    const text = (await store.load(partition, [requestId])).snapshots.get(requestId)
    return text === undefined ? undefined : parseState(text)
  }
}

/** A case goes over ten requests at most; a chain that says more, or goes round, is not followed to its end. */
const ancestorsMax = 10

/** What a child is held against (V26): undefined for a request without a parent, `unknown` where there is none of that id. */
export async function parentOf({ parent: named }: FreezeRequest, find: FindRequest): Promise<ParentRequest | 'unknown' | undefined> {
  if (!named) return undefined
  const parent = await find(named.requestId)
  if (!parent) return 'unknown'
  const { requestingCountry, hop, deniedTo, caseReference, law } = parent
  return { requestingCountry, hop, deniedTo, caseReference, law, places: await placesOf(parent, find) }
}

/** The lineage of a child that the engine opened is in the ledger; those that members open one after the other are followed from child to parent. */
async function placesOf(request: RequestState, find: FindRequest): Promise<string[]> {
  const places: string[] = []
  let at: RequestState | undefined = request
  for (let step = 0; at && step < ancestorsMax; step++) {
    places.unshift(...at.lineage, at.place)
    at = at.parentId !== null && at.lineage.length === 0 ? await find(at.parentId) : undefined
  }
  return places
}

/**
 * The request of another country for the same payment, where this country may know of it. A country that is denied hears nothing, not even that there is one (V16). Nor does one that
 * names the payment by what can be guessed or is public, such as reference, amount and date, or a transaction of a chain: only who was in the payment knows its UETR (docs/adr/0019).
 */
export async function linkFor(
  { requestingCountry, payment }: FreezeRequest,
  linkedTo: string | undefined,
  find: FindRequest,
): Promise<string | undefined> {
  if (linkedTo === undefined || payment.uetr === undefined) return undefined
  const other = await find(linkedTo)
  return other && !other.deniedTo.includes(requestingCountry) ? linkedTo : undefined
}
