import { createSecretKey, type KeyObject } from 'node:crypto'
import { accepted, type Refusal, type Result, refused } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { decryptText, encryptText } from '../aes-text.ts'

/** What a place is one of: a place of one kind is none of another. */
export type CursorKind = 'stream' | 'list' | 'proposals' | 'inbox' | 'alerts' | 'orders'

/** Places that are given to members and come back from them. */
export interface CursorCodec {
  /** Says nothing to who has it: numbers of one count make texts of one length, and the same numbers another text each time. */
  seal(country: string, kind: CursorKind, numbers: readonly number[]): string
  /** MALFORMED where the text is no place at all; POSITION_UNKNOWN where it was not sealed by this engine, for this country, as this kind. */
  open(country: string, kind: CursorKind, text: string): Result<number[], Refusal>
}

const numberBytes = 8
/** A place in 256 partitions has 5,600 characters. */
const placePattern = /^[A-Za-z0-9_-]{40,6000}$/

export const cursorRefusals = {
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
export function createCursorCodec(secret: ServiceContext['secret']): CursorCodec {
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
      const plain = Buffer.allocUnsafe(numbers.length * numberBytes)
      for (const [index, number] of numbers.entries()) plain.writeDoubleBE(number, index * numberBytes)
      return encryptText(keyOf(country), plain, kind)
    },
    open(country, kind, text) {
      if (!placePattern.test(text)) return refused(cursorRefusals.malformed)
      const plain = decryptText(keyOf(country), text, kind)
      if (!plain || plain.length % numberBytes !== 0) return refused(cursorRefusals.unknown)
      return accepted(Array.from({ length: plain.length / numberBytes }, (_, index) => plain.readDoubleBE(index * numberBytes)))
    },
  }
}
