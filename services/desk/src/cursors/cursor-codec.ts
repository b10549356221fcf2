import { createSecretKey, type KeyObject } from 'node:crypto'
import { accepted, type Refusal, type Result, refused } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { decryptText, encryptText } from '../aes-text.ts'

/** The list or stream that a cursor belongs to. A cursor is valid for its own kind only. */
export type CursorKind = 'stream' | 'list' | 'proposals' | 'inbox' | 'alerts' | 'orders'

/** Encodes positions as opaque cursors for members, and decodes them again. */
export interface CursorCodec {
  /** Reveals nothing: the length depends on the count of numbers only, and the same numbers give different texts. */
  encode(country: string, kind: CursorKind, numbers: readonly number[]): string
  /**
   * MALFORMED if the text can't be a cursor. POSITION_UNKNOWN if this engine did not issue it to this country for this
   * kind.
   */
  decode(country: string, kind: CursorKind, text: string): Result<number[], Refusal>
}

const numberBytes = 8
/** A stream cursor of 256 partitions has 5,600 characters. */
const cursorPattern = /^[A-Za-z0-9_-]{40,6000}$/

export const cursorRefusals = {
  malformed: { code: 'MALFORMED', message: 'This is not a cursor of this engine.' },
  unknown: { code: 'POSITION_UNKNOWN', message: 'This cursor was not issued to your country. Start again without a cursor.' },
  beyond: {
    code: 'POSITION_UNKNOWN',
    message: 'The ledger no longer has this position, because it was restored or lost records. Read again from the start.',
  },
} as const satisfies Record<string, Refusal>

/**
 * Encrypts positions with one engine key per country (AES-256-GCM), so that any desk of the engine can decode them.
 * Members can't: an offset of the ledger would tell a country how many requests the others have (V16). 5 µs per cursor.
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
    encode(country, kind, numbers) {
      const plain = Buffer.allocUnsafe(numbers.length * numberBytes)
      for (const [index, number] of numbers.entries()) plain.writeDoubleBE(number, index * numberBytes)
      return encryptText(keyOf(country), plain, kind)
    },
    decode(country, kind, text) {
      if (!cursorPattern.test(text)) return refused(cursorRefusals.malformed)
      const plain = decryptText(keyOf(country), text, kind)
      if (!plain || plain.length % numberBytes !== 0) return refused(cursorRefusals.unknown)
      return accepted(Array.from({ length: plain.length / numberBytes }, (_, index) => plain.readDoubleBE(index * numberBytes)))
    },
  }
}
