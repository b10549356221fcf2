import type { FindKnown } from '@holdfast/core'
import type { FreezeRequest } from '../language/index.ts'
import type { ParentRequest } from '../rules/rule.ts'
import type { KnownRequest } from './known-request.ts'

/** A case has ten requests at most; longer chains and loops are not followed further. */
const ancestorsMax = 10

/**
 * Returns the parent by which a child is assessed (V26): undefined for a request without a parent, `unknown` if no
 * request has its id.
 */
export async function parentOf(
  { parent: named }: FreezeRequest,
  find: FindKnown<KnownRequest>,
): Promise<ParentRequest | 'unknown' | undefined> {
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
async function placesOf(request: KnownRequest, find: FindKnown<KnownRequest>): Promise<string[]> {
  const places: string[] = []
  let at: KnownRequest | undefined = request
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
  find: FindKnown<KnownRequest>,
): Promise<string | undefined> {
  if (linkedTo === undefined || payment.uetr === undefined) return undefined
  const other = await find(linkedTo)
  return other && !other.deniedTo.includes(requestingCountry) ? linkedTo : undefined
}
