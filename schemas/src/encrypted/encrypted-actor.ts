import { z } from 'zod'
import { memberRolePrefixOf, personOf, pseudonymOf } from '../actors/actor-names.ts'
import { formatProof, parseProof } from '../actors/actor-proof.ts'
import { canonicalJson } from '../texts/canonical-json.ts'
import { type EncryptedData, plaintextDigestOf, storedData } from './encrypted-data.ts'

/** Who acts, in an event: as it is stored, or as it is given to who may know. */
export interface ActorAttributes {
  readonly actor?: string | undefined
  readonly actorproof?: string | undefined
  readonly actorbox?: string | undefined
  readonly actoropened?: string | undefined
}

const keyPattern = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'
const boxPattern = new RegExp(`^(${keyPattern})\\.([A-Za-z0-9_-]{38,4000})\\.([0-9a-f]{64})$`)
const openedPattern = /^([0-9a-f]{32})\.(~[0-9a-f]{32})(?:\.(.{1,2100}))?$/

/**
 * Who acts, of an event whose `actor` and `actorproof` have marks in the places of the person and of what proves it (ADR 62): the id of the key, the box and the digest of a sealed block (sealed-block.ts), whose values are `/actor` and
 * `/actorproof` of the event.
 */
export const encryptedActorSchema = z
  .string()
  .regex(boxPattern, 'must be the id of a key, a box of base64url and a digest, with points between them')
  .describe('Who acts, where `actor` has a mark in the place of the person: the id of a key, a box and its digest')

/** Of an event that is given to somebody. It is never stored. */
export const decryptedActorSchema = z
  .string()
  .regex(openedPattern, 'must be a salt and a mark, with a point between them')
  .describe(
    'Of an event that is given with the names of who acts: the salt of the box, the mark of the person, and that of what proves it. It is never stored',
  )

/** The part of a block that travels as one text. */
export type EncryptedActor = Pick<EncryptedData, 'key' | 'box' | 'digest'>

export const formatEncryptedActor = ({ key, box, digest }: EncryptedActor): string => `${key}.${box}.${digest}`

/** Undefined of a text that is none. */
export function parseEncryptedActor(text: string): EncryptedActor | undefined {
  const [, key, box, digest] = boxPattern.exec(text) ?? []
  return key && box && digest ? { key, box, digest } : undefined
}

/** Whether the text of an event may have a box of who acts: where it does not, nobody has to parse it. */
export const mayHaveEncryptedActor = (text: string): boolean => text.includes('"actorbox":"')

/** The actor with a mark in the place of its person. @param mark hex digits, of which the first 32 are taken. */
export const pseudonymousActor = (actor: string, mark: string): string => `${memberRolePrefixOf(actor)}${pseudonymOf(mark)}`

/** A proof with a mark in the place of the key, account or folder; how it was proved stays. @param mark 32 bytes in base64url. */
export function pseudonymousProof(text: string, mark: string): string {
  const proof = parseProof(text)
  if (proof?.by === 'key') return formatProof({ ...proof, thumbprint: mark })
  if (proof?.by === 'signIn') return formatProof({ ...proof, account: mark })
  return formatProof({ by: 'folder', name: mark })
}

/** What lies in the box of who acts. */
export const valuesOfActor = ({ actor, actorproof }: ActorAttributes): Readonly<Record<string, string>> => ({
  ...(actor === undefined ? {} : { '/actor': actor }),
  ...(actorproof === undefined ? {} : { '/actorproof': actorproof }),
})

/** An event as it is given to who may know who acts, of one as it is stored. */
export function withActor<E extends ActorAttributes>(stored: E, values: Readonly<Record<string, unknown>>, salt: string): E {
  const { '/actor': actor, '/actorproof': actorproof } = values
  const marks = [personOf(stored.actor ?? ''), ...(stored.actorproof === undefined ? [] : [stored.actorproof])]
  return { ...stored, actor, ...(actorproof === undefined ? {} : { actorproof }), actoropened: [salt, ...marks].join('.') }
}

/** No event with it was ever stored. */
const noActor = 'of another actor'

/** An event with who acts in it as it is stored, by which a history was decided: where it was given, the names have to be those that its digest is of. */
export function storedActor<E extends ActorAttributes>(event: E): E {
  if (event.actoropened === undefined) return event
  const { actoropened, ...given } = event
  const [, salt = '', mark = '', proof] = openedPattern.exec(actoropened) ?? []
  const box = parseEncryptedActor(given.actorbox ?? '')
  const isOfBox = box !== undefined && plaintextDigestOf(salt, canonicalJson(valuesOfActor(given))) === box.digest
  const { actorproof: _proof, ...stored } = given
  return {
    ...stored,
    actor: `${memberRolePrefixOf(given.actor ?? '')}${mark}`,
    ...(proof === undefined ? {} : { actorproof: proof }),
    ...(isOfBox ? {} : { actorbox: noActor }),
  } as unknown as E
}

/** An event as it is stored, of one as it is given: with marks in the places of names, and without the words that were put back (`storedData`). What is given as it is stored is given back. */
export function storedEvent<E extends ActorAttributes & { readonly data: object }>(event: E): E {
  const acted = storedActor(event)
  const data = storedData(acted.data)
  return data === acted.data ? acted : { ...acted, data }
}
