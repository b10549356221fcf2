import { z } from 'zod'

// 32 bytes are 43 characters of base64url, and two bits of the last character are unused. If they may be set, one key has four spellings, each with another thumbprint (RFC 7638). So they must be zero (RFC 4648, 3.5).
const canonicalPattern = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

/** A number of a JWK, 32 bytes, in its one canonical spelling. */
export const keyNumberSchema = z
  .string()
  .regex(canonicalPattern, 'must be 32 bytes in canonical base64url: 43 characters, the unused bits of the last one zero')

export const isCanonicalNumber = (text: string): boolean => canonicalPattern.test(text)

/** The bytes of a number in hex, by which keys are compared: however the number is spelled, its bytes are the same. */
export const bytesOfNumber = (text: string): string => Buffer.from(text, 'base64url').toString('hex')

/** One text for each key. Two points of P-256 share an x, and their private keys follow from each other, so they count as one key. */
export const keyTextOf = ({ crv, x }: { readonly crv: string; readonly x: string }): string => `${crv} ${bytesOfNumber(x)}`
