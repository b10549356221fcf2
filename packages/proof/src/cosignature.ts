import { isEd25519Signature } from '#ed25519'
import { bytesOfText, concatBytes } from './bytes.ts'
import { keyIdOf, type SigningKey, signaturesBy, signatureTypes, type VerifierKey } from './keys.ts'
import type { Note, NoteSignature } from './note.ts'

// A witness states that at this time the checkpoint is the newest it has seen of the log, and consistent with all
// earlier ones (c2sp.org/tlog-cosignature, Ed25519).

const timeBytes = 8
const signatureBytes = 64

const messageOf = (text: string, seconds: number): Uint8Array => bytesOfText(`cosignature/v1\ntime ${seconds}\n${text}`)

/** Signs the text of a checkpoint as a witness of this name, at this time. */
export async function cosign(text: string, name: string, key: SigningKey, at: Date): Promise<NoteSignature> {
  const seconds = Math.floor(at.getTime() / 1000)
  const time = new Uint8Array(timeBytes)
  new DataView(time.buffer).setBigUint64(0, BigInt(seconds))
  const keyId = keyIdOf({ name, type: signatureTypes.cosignature, publicKey: key.publicKey })
  return { name, keyId, bytes: concatBytes(time, await key.sign(messageOf(text, seconds))) }
}

/** The times of cosignatures by unknown keys. They are not verified. */
export const claimedTimes = ({ signatures }: Note): Date[] =>
  signatures.filter(({ bytes }) => bytes.length === timeBytes + signatureBytes).flatMap(({ bytes }) => dateOf(bytes) ?? [])

function dateOf(bytes: Uint8Array): Date | undefined {
  const seconds = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0))
  // JavaScript has no later date.
  return seconds > 8_640_000_000_000 ? undefined : new Date(seconds * 1000)
}

/**
 * When a witness cosigned the checkpoint; undefined without a cosignature, or if any of its cosignatures is invalid.
 */
export async function cosignedAt(note: Note, key: VerifierKey): Promise<Date | undefined> {
  const times = await Promise.all(
    signaturesBy(note, key).map(async ({ bytes }) => {
      const at = bytes.length === timeBytes + signatureBytes ? dateOf(bytes) : undefined
      const isRight = at && (await isEd25519Signature(key.publicKey, bytes.subarray(timeBytes), messageOf(note.text, at.getTime() / 1000)))
      return isRight ? at : undefined
    }),
  )
  return times.every(at => at !== undefined) ? times[0] : undefined
}
