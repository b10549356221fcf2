import type { PersonalData } from '@holdfast/core'
import {
  type ActorWithProof,
  type CommandEvent,
  commandTypePrefix,
  type EncryptedData,
  isFactType,
  isPseudonymous,
  isWorkEvent,
  type Members,
  parseActor,
  personalDataOfWork,
  refusedCommandType,
  requestsOf,
  signaturePointers,
  unsignedDigestOf,
  valuesAt,
  type WorkDraft,
  withoutValues,
  workKindOf,
} from '@holdfast/schemas'
import type { EncryptionContext, PlaintextValues } from './encrypted-values.ts'
import type { KeyOwner } from './key-ring.ts'

/**
 * The digest by which the two commands of a dual approval are compared. It covers them without signature, with an
 * encrypted field that is bound to no single command, because the ledger can't decrypt. Equal personal data yields
 * equal ciphertext.
 */
export function unsignedDigestFor(
  { isProposable }: PersonalData,
  { type, data }: CommandEvent | WorkDraft,
  values: Readonly<Record<string, unknown>>,
  encryptAgain: (unsigned: Readonly<Record<string, unknown>>) => EncryptedData,
): string | undefined {
  const kind = kindOf({ type })
  if (!isProposable(kind)) return undefined
  const { signed: _signature, ...unsigned } = data as Members
  const plaintext = Object.fromEntries(Object.entries(values).filter(([place]) => !signaturePointers.includes(place)))
  const pointers = Object.keys(plaintext)
  const stored = pointers.length > 0 ? { ...withoutValues(unsigned, pointers), encrypted: encryptAgain(plaintext) } : unsigned
  return unsignedDigestOf(kind, stored)
}

/** The acting member, if it is not pseudonymous yet. The engine's own services are no persons. */
export const actsIn = (event: CommandEvent | WorkDraft): ActorWithProof | undefined => {
  const { actor, actorproof } = event as ActorWithProof
  return actor.startsWith('holdfast/') || isPseudonymous(actor) ? undefined : { actor, ...(actorproof === undefined ? {} : { actorproof }) }
}

/** The envelope fields that determine what an event's encrypted fields are bound to. */
export interface EventEnvelope {
  readonly type: string
  readonly id: string
  readonly causationid?: string | undefined
}

const isOfLedger = (type: string): boolean => isFactType(type) || type === refusedCommandType

/** What an event's encrypted fields are bound to. A fact or refusal has those of the command that caused it. */
export const dataContextOf = ({ type, id, causationid }: EventEnvelope): EncryptionContext => [
  'data',
  isOfLedger(type) ? (causationid ?? '') : id,
]

const kindOf = ({ type }: { readonly type: string }): string => type.slice(commandTypePrefix.length)

const pointersIn = ({ pointersOf }: PersonalData, event: CommandEvent | WorkDraft): readonly string[] =>
  isWorkEvent(event) ? (personalDataOfWork[workKindOf(event)] ?? []) : pointersOf(kindOf(event))

/** The personal data of an event, by pointer. */
export function personalDataIn(personalData: PersonalData, event: CommandEvent | WorkDraft): PlaintextValues {
  const values = valuesAt(event.data as unknown as Members, pointersIn(personalData, event))
  // An unassigned task names no person.
  return isWorkEvent(event) ? Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) : values
}

/** The owners of keys that are made with this event. */
export const joiningIn = ({ joiningBy }: PersonalData, event: CommandEvent | WorkDraft): KeyOwner[] =>
  isWorkEvent(event) ? [] : joiningBy(kindOf(event), event.data).map(country => ({ requestId: event.subject, country }))

/**
 * The possible key owners of an event's personal data; the first one whose keys are not destroyed is used. Throws if
 * the engine itself adds personal data to a request without a country.
 */
export const ownersOf = (personalData: PersonalData, event: CommandEvent | WorkDraft): readonly KeyOwner[] =>
  isWorkEvent(event) ? requestsOf(event).map(requestId => ({ requestId, country: event.country })) : [ownerOf(personalData, event)]

/** A member's data is its own. The engine carries the data of one country. */
function ownerOf({ countryOf }: PersonalData, { subject: requestId, actor, data }: CommandEvent): KeyOwner {
  const parsed = parseActor(actor)
  if (parsed.ok && parsed.value.country !== 'holdfast') return { requestId, country: parsed.value.country }
  const country = countryOf(data)
  if (country === undefined) throw new Error(`${actor} has personal data for ${requestId}, but is of no country`)
  return { requestId, country }
}
