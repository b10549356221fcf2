import {
  type ActsBy,
  type Command,
  type CommandBody,
  commandKindOf,
  commandType,
  type EncryptedData,
  isDualApprovalCommand,
  isFactType,
  isOfWork,
  isPseudonymous,
  type Members,
  parseActor,
  personalDataOfWork,
  personalDataPointers,
  refusedCommandType,
  requestsOf,
  signaturePointers,
  stripped,
  unsignedDigestOf,
  valuesAt,
  type WorkDraft,
  workKindOf,
} from '@holdfast/schemas'
import type { EncryptionContext, PlaintextValues } from './encrypted-values.ts'
import type { KeyOwner } from './key-ring.ts'

/** What two persons say is compared by the digest that it would have unsigned, in a box that is bound to no one command: the ledger can't open the boxes. Words that are sealed again are the same block. */
export function unsignedDigestFor(
  { type, data }: Command | WorkDraft,
  values: Readonly<Record<string, unknown>>,
  sealedAgain: (unsigned: Readonly<Record<string, unknown>>) => EncryptedData,
): string | undefined {
  if (!isDualApprovalCommand(commandKindOf({ type }))) return undefined
  const { signed: _signature, ...said } = data as Members
  const words = Object.fromEntries(Object.entries(values).filter(([place]) => !signaturePointers.includes(place)))
  const places = Object.keys(words)
  const stored = places.length > 0 ? { ...stripped(said, places), sealed: sealedAgain(words) } : said
  return unsignedDigestOf(commandKindOf({ type }), stored)
}

/** Who acts, of a member; nobody where a mark stands for it already. The engine's own voices are no persons. */
export const actsIn = (event: Command | WorkDraft): ActsBy | undefined => {
  const { actor, actorproof } = event as ActsBy
  return actor.startsWith('holdfast/') || isPseudonymous(actor) ? undefined : { actor, ...(actorproof === undefined ? {} : { actorproof }) }
}

/** What an event has of the frame of an event, by which it is known where its boxes are bound to. */
export interface FramedEvent {
  readonly type: string
  readonly id: string
  readonly causationid?: string | undefined
}

const isOfLedger = (type: string): boolean => isFactType(type) || type === refusedCommandType

/** Where the boxes of an event are bound to: a fact and a refusal have those of the command that caused them. */
export const dataContextOf = ({ type, id, causationid }: FramedEvent): EncryptionContext => [
  'data',
  isOfLedger(type) ? (causationid ?? '') : id,
]

const placesIn = (event: Command | WorkDraft): readonly string[] =>
  (isOfWork(event) ? personalDataOfWork[workKindOf(event)] : personalDataPointers[commandKindOf(event)]) ?? []

/** What persons wrote, by its places. */
export function personalDataIn(event: Command | WorkDraft): PlaintextValues {
  const values = valuesAt(event.data as unknown as Members, placesIn(event))
  // What is given to nobody names nobody.
  return isOfWork(event) ? Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) : values
}

/** The side that a new request asks; nobody of any other event. */
export function addresseeOf({ subject: requestId, type, data }: Command | WorkDraft): KeyOwner[] {
  return type === commandType('OpenRequest') && requestId !== undefined
    ? [{ requestId, country: (data as CommandBody<'OpenRequest'>).request.beneficiaryCountry }]
    : []
}

/** Under whose keys the words may lie: the first one's that is not destroyed. Throws where the engine itself has words on a request that has no country in it. */
export const ownersOf = (event: Command | WorkDraft): readonly KeyOwner[] =>
  isOfWork(event) ? requestsOf(event).map(requestId => ({ requestId, country: event.country })) : [ownerOf(event)]

/** The requester's words are its own, and so are those of a child that the engine opens in its name. */
function ownerOf({ subject: requestId, actor, data }: Command): KeyOwner {
  const parsed = parseActor(actor)
  if (parsed.ok && parsed.value.country !== 'holdfast') return { requestId, country: parsed.value.country }
  const { request } = data as { request?: { requestingCountry: string } }
  if (!request) throw new Error(`${actor} has words to seal on ${requestId} and is of no country`)
  return { requestId, country: request.requestingCountry }
}
