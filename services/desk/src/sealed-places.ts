import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomFillSync } from 'node:crypto'
import { accepted, type Refusal, type Result, refused } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'

/** What a place is one of: a place of one kind is none of another. */
export type PlaceKind = 'stream' | 'list' | 'proposals' | 'inbox' | 'alerts' | 'orders'

/** Places that are given to members and come back from them. */
export interface SealedPlaces {
  /** Says nothing to who has it: numbers of one count make texts of one length, and the same numbers another text each time. */
  seal(country: string, kind: PlaceKind, numbers: readonly number[]): string
  /** MALFORMED where the text is no place at all; POSITION_UNKNOWN where it was not sealed by this engine, for this country, as this kind. */
  open(country: string, kind: PlaceKind, text: string): Result<number[], Refusal>
}

const cipherName = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16
const numberBytes = 8
/** A place in 256 partitions has 5,600 characters. */
const placePattern = /^[A-Za-z0-9_-]{40,6000}$/

export const placeRefusals = {
  malformed: { code: 'MALFORMED', message: 'this is no place that was given here' },
  unknown: { code: 'POSITION_UNKNOWN', message: 'this engine did not give this place to your country: begin again' },
  beyond: {
    code: 'POSITION_UNKNOWN',
    message: 'this place is not in the ledger: it lost records, or was restored from a copy or begun anew. Begin again from the start',
  },
} as const satisfies Record<string, Refusal>

/**
 * Seals places with a key of the engine for each country (AES-256-GCM), so that any desk of the engine understands them and nobody else can: an offset of the
 * ledger would tell a country how much the others have (V16). 5 µs a place.
 */
export function createSealedPlaces(secret: ServiceContext['secret']): SealedPlaces {
  const keys = new Map<string, KeyObject>()
  const keyOf = (country: string): KeyObject => {
    const known = keys.get(country)
    if (known) return known
    const key = createSecretKey(secret.keyFor(`positions/${country}`))
    keys.set(country, key)
    return key
  }
  return {
    seal(country, kind, numbers) {
      const sealed = Buffer.allocUnsafe(nonceBytes + numbers.length * numberBytes + tagBytes)
      const nonce = randomFillSync(sealed, 0, nonceBytes).subarray(0, nonceBytes)
      const plain = Buffer.allocUnsafe(numbers.length * numberBytes)
      for (const [index, number] of numbers.entries()) plain.writeDoubleBE(number, index * numberBytes)
      const cipher = createCipheriv(cipherName, keyOf(country), nonce, { authTagLength: tagBytes })
      cipher.setAAD(Buffer.from(kind))
      cipher.update(plain).copy(sealed, nonceBytes)
      cipher.final()
      cipher.getAuthTag().copy(sealed, sealed.length - tagBytes)
      return sealed.toString('base64url')
    },
    open(country, kind, text) {
      if (!placePattern.test(text)) return refused(placeRefusals.malformed)
      const sealed = Buffer.from(text, 'base64url')
      const end = sealed.length - tagBytes
      if ((end - nonceBytes) % numberBytes !== 0) return refused(placeRefusals.unknown)
      const decipher = createDecipheriv(cipherName, keyOf(country), sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
      decipher.setAAD(Buffer.from(kind))
      decipher.setAuthTag(sealed.subarray(end))
      const plain = decipher.update(sealed.subarray(nonceBytes, end))
      try {
        decipher.final()
      } catch {
        return refused(placeRefusals.unknown)
      }
      return accepted(Array.from({ length: plain.length / numberBytes }, (_, index) => plain.readDoubleBE(index * numberBytes)))
    },
  }
}
