import { z } from 'zod'
import { memberRolePrefixOf, personOf, pseudonymOf } from '../actors/actor-names.ts'
import { formatProof, parseProof } from '../actors/actor-proof.ts'
import { canonicalJson } from '../texts/canonical-json.ts'
import { type EncryptedData, plaintextDigestOf, storedData } from './encrypted-data.ts'

/** The actor attributes of an event, encrypted as stored or decrypted for a reader with access. */
export interface ActorAttributes {
  readonly actor?: string | undefined
  readonly actorproof?: string | undefined
  readonly encryptedactor?: string | undefined
  readonly decryptedactor?: string | undefined
}

const keyPattern = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'
const boxPattern = new RegExp(`^(${keyPattern})\\.([A-Za-z0-9_-]{38,4000})\\.([0-9a-f]{64})$`)
const openedPattern = /^([0-9a-f]{32})\.(~[0-9a-f]{32})(?:\.(.{1,2100}))?$/

/**
 * The encrypted actor of an event whose `actor` and `actorproof` have pseudonyms (ADR 62): key id, ciphertext and digest of
 * an encrypted field (encrypted-data.ts). Its values are the `/actor` and `/actorproof` of the event.
 */
export const encryptedActorSchema = z
  .string()
  .regex(boxPattern, 'must be a key id, a ciphertext in base64url and a digest, separated by dots')
  .describe('The encrypted actor, if `actor` has a pseudonym: key id, ciphertext and digest')

/** Present only in a decrypted event. It is never stored. */
export const decryptedActorSchema = z
  .string()
  .regex(openedPattern, 'must be a salt and a pseudonym, separated by a dot')
  .describe('For a decrypted event: the salt, the pseudonym of the person and that of the proof. It is never stored')

/** The part of an encrypted field that fits into one text attribute. */
export type EncryptedActor = Pick<EncryptedData, 'key' | 'ciphertext' | 'digest'>

export const formatEncryptedActor = ({ key, ciphertext, digest }: EncryptedActor): string => `${key}.${ciphertext}.${digest}`

/** Undefined if the text has another form. */
export function parseEncryptedActor(text: string): EncryptedActor | undefined {
  const [, key, ciphertext, digest] = boxPattern.exec(text) ?? []
  return key && ciphertext && digest ? { key, ciphertext, digest } : undefined
}

/** Whether the text of an event can contain an encrypted actor. A quick check that avoids parsing. */
export const mayHaveEncryptedActor = (text: string): boolean => text.includes('"encryptedactor":"')

/** The actor with a pseudonym for its person. @param digest hex digits; the pseudonym has the first 32. */
export const pseudonymousActor = (actor: string, digest: string): string => `${memberRolePrefixOf(actor)}${pseudonymOf(digest)}`

/**
 * A proof with a pseudonym for the key, account or folder. How it was proved stays. @param digest 32 bytes in
 * base64url.
 */
export function pseudonymousProof(text: string, digest: string): string {
  const proof = parseProof(text)
  if (proof?.by === 'key') return formatProof({ ...proof, thumbprint: digest })
  if (proof?.by === 'signIn') return formatProof({ ...proof, account: digest })
  return formatProof({ by: 'folder', name: digest })
}

/** The plaintext values of an encrypted actor. */
export const valuesOfActor = ({ actor, actorproof }: ActorAttributes): Readonly<Record<string, string>> => ({
  ...(actor === undefined ? {} : { '/actor': actor }),
  ...(actorproof === undefined ? {} : { '/actorproof': actorproof }),
})

/** A stored event with its actor decrypted, for a reader with access. */
export function withActor<E extends ActorAttributes>(stored: E, values: Readonly<Record<string, unknown>>, salt: string): E {
  const { '/actor': actor, '/actorproof': actorproof } = values
  const pseudonyms = [personOf(stored.actor ?? ''), ...(stored.actorproof === undefined ? [] : [stored.actorproof])]
  return { ...stored, actor, ...(actorproof === undefined ? {} : { actorproof }), decryptedactor: [salt, ...pseudonyms].join('.') }
}

/** Not a valid `encryptedactor`, so no stored event has it. */
const invalidActorBox = 'of another actor'

/**
 * The stored form of an event, by which the history was decided. The digest verifies the names of a decrypted event.
 */
export function storedActor<E extends ActorAttributes>(event: E): E {
  if (event.decryptedactor === undefined) return event
  const { decryptedactor, ...decrypted } = event
  const [, salt = '', pseudonym = '', proof] = openedPattern.exec(decryptedactor) ?? []
  const box = parseEncryptedActor(decrypted.encryptedactor ?? '')
  const isOfBox = box !== undefined && plaintextDigestOf(salt, canonicalJson(valuesOfActor(decrypted))) === box.digest
  const { actorproof: _proof, ...stored } = decrypted
  return {
    ...stored,
    actor: `${memberRolePrefixOf(decrypted.actor ?? '')}${pseudonym}`,
    ...(proof === undefined ? {} : { actorproof: proof }),
    ...(isOfBox ? {} : { encryptedactor: invalidActorBox }),
  } as unknown as E
}

/**
 * The stored form of an event: with pseudonyms, and without decrypted values (`storedData`). A stored event is returned
 * unchanged.
 */
export function storedEvent<E extends ActorAttributes & { readonly data: object }>(event: E): E {
  const acted = storedActor(event)
  const data = storedData(acted.data)
  return data === acted.data ? acted : { ...acted, data }
}
