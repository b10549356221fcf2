import type { ParentRequest } from '@holdfast/payment-stop/rules'
import type { OpenPartitions } from '@holdfast/request-state'
import { type Fact, type FreezeRequest, topics } from '@holdfast/schemas'
import type { SnapshotStore } from '@holdfast/stores'
import type { Streams } from '@holdfast/streams'
import { parseState, type RequestState } from './state-definition.ts'

/** Returns the state of a request in any partition; undefined if it does not exist or is not known yet. */
export type FindRequest = (requestId: string) => Promise<RequestState | undefined>

/** Finds requests in the current batch, in the partitions of this process, and as other owners last saved them. */
export function findRequests(
  streams: Streams,
  store: SnapshotStore,
  openStates: OpenPartitions<RequestState, Fact>,
  present: ReadonlyMap<string, RequestState>,
): FindRequest {
  return async requestId => {
    const here = present.get(requestId)
    if (here) return here
    const partition = await streams.partitionOf(topics.ledger.name, requestId)
    const partitionState = openStates.get(partition)
    if (partitionState) return (await partitionState.load([requestId])).get(requestId)
    const text = (await store.load(partition, [requestId])).snapshots.get(requestId)
    return text === undefined ? undefined : parseState(text)
  }
}

/** A case has ten requests at most; longer chains and loops are not followed further. */
const ancestorsMax = 10

/**
 * Returns the parent by which a child is assessed (V26): undefined for a request without a parent, `unknown` if no
 * request has its id.
 */
export async function parentOf({ parent: named }: FreezeRequest, find: FindRequest): Promise<ParentRequest | 'unknown' | undefined> {
  if (!named) return undefined
  const parent = await find(named.requestId)
  if (!parent) return 'unknown'
  const { requestingCountry, hop, deniedTo, caseReference, law: legalBasisIndex } = parent
  return { requestingCountry, hop, deniedTo, caseReference, legalBasisIndex, destinationIds: await placesOf(parent, find) }
}

/**
 * The ledger has the lineage of a child that the engine opened. Chains that members open are followed from child to
 * parent.
 */
async function placesOf(request: RequestState, find: FindRequest): Promise<string[]> {
  const places: string[] = []
  let at: RequestState | undefined = request
  for (let step = 0; at && step < ancestorsMax; step++) {
    places.unshift(...at.lineage, at.account)
    at = at.parentId !== null && at.lineage.length === 0 ? await find(at.parentId) : undefined
  }
  return places
}

/**
 * Returns the request of another country for the same payment, if this country may know of it. A denied country must
 * not learn even that a request exists (V16).
 *
 * Nor must a country that identifies the payment by public or guessable data, such as reference, amount and date, or a
 * blockchain transaction: only parties of the payment know its UETR (docs/adr/0019).
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
