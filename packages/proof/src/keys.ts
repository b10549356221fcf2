import { accepted, type Result, refused } from '@holdfast/schemas'
import { ed25519Of, isEd25519Signature } from '#ed25519'
import { sha256 } from '#sha256'
import { base64Of, bytesOfBase64, bytesOfText, concatBytes, hexOf } from './bytes.ts'
import { isKeyName, type Note, type NoteSignature } from './note.ts'
import { isSameHash } from './tree.ts'

/**
 * The type of a signature in a note: of a log, or of a witness with its time (c2sp.org/signed-note, signature types).
 */
export const signatureTypes = { ed25519: 1, cosignature: 4 } as const
export type SignatureType = (typeof signatureTypes)[keyof typeof signatureTypes]

/** A key that verifies signatures, and its name. */
export interface VerifierKey {
  readonly name: string
  readonly type: SignatureType
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array
}

/** An Ed25519 key that signs (RFC 8032). */
export interface SigningKey {
  readonly publicKey: Uint8Array
  sign(message: Uint8Array): Promise<Uint8Array>
}

const publicKeyBytes = 32
/** The key for a seed of 32 bytes. The same seed gives the same key. */
export const signingKeyOf = (seed: Uint8Array): Promise<SigningKey> => ed25519Of(seed)

/** The four bytes by which a note distinguishes keys of one name. */
export const keyIdOf = ({ name, type, publicKey }: VerifierKey): Uint8Array =>
  sha256(bytesOfText(`${name}\n`), Uint8Array.of(type), publicKey).subarray(0, 4)

/** The signatures of a note that claim to be by this key. */
export const signaturesBy = ({ signatures }: Note, key: VerifierKey): NoteSignature[] => {
  const id = keyIdOf(key)
  return signatures.filter(({ name, keyId }) => name === key.name && isSameHash(keyId, id))
}

/** Signs a text under a name, as a log does. */
export async function signNote(text: string, name: string, key: SigningKey): Promise<Note> {
  const keyId = keyIdOf({ name, type: signatureTypes.ed25519, publicKey: key.publicKey })
  return { text, signatures: [{ name, keyId, bytes: await key.sign(bytesOfText(text)) }] }
}

/** Whether a log's key signed the note; false if any of its signatures is invalid. */
export async function isSignedBy(note: Note, key: VerifierKey): Promise<boolean> {
  const own = signaturesBy(note, key)
  const message = bytesOfText(note.text)
  const right = await Promise.all(own.map(({ bytes }) => isEd25519Signature(key.publicKey, bytes, message)))
  return right.length > 0 && right.every(Boolean)
}

/** A key as text, for people and settings: `name+id+base64`. */
export const writeVerifierKey = (key: VerifierKey): string =>
  `${key.name}+${hexOf(keyIdOf(key))}+${base64Of(concatBytes(Uint8Array.of(key.type), key.publicKey))}`

/** Refused if the text is not a key, has an unknown type, or does not match its own id. */
export function readVerifierKey(text: string): Result<VerifierKey, string> {
  const [name = '', id = '', ...encoded] = text.trim().split('+')
  const bytes = bytesOfBase64(encoded.join('+'))
  const type = Object.values(signatureTypes).find(each => each === bytes?.[0])
  if (!isKeyName(name) || !bytes || bytes.length !== publicKeyBytes + 1) return refused('it is no key such as name+0123abcd+BASE64')
  if (type === undefined) return refused('it is a key of a kind that is not known here')
  const key = { name, type, publicKey: bytes.subarray(1) }
  return hexOf(keyIdOf(key)) === id ? accepted(key) : refused('its id is not that of the key: it was changed')
}
