import { hash } from 'node:crypto'

/** Holdfast's own UUIDv5 namespace. Changing it would make every id of every old record unfindable. */
const namespace = Buffer.from('b9f6c5d46a555e0f9d6e2f6b1c7a8e31', 'hex')

/**
 * An id that is the same whenever the same thing causes it, so that doing a thing twice makes it once. A UUIDv5 (RFC 9562, 5.5), written out here because a lifecycle makes 29 of
 * them: 0.9 µs each, where the library `uuid` takes 4.1.
 */
export function deterministicId(...causes: ReadonlyArray<string | number>): string {
  const name = causes.join('\u001f')
  // A character has three bytes of UTF-8 at most for each of its UTF-16 units.
  const bytes = Buffer.allocUnsafe(16 + name.length * 3)
  namespace.copy(bytes)
  const digest = hash('sha1', bytes.subarray(0, 16 + bytes.write(name, 16)))
  const variant = '89ab'[Number.parseInt(digest.charAt(16), 16) & 3]
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`
}

/**
 * A request is what one country asked under one idempotency key.
 * @param keyDigest the key as the engine's secret makes it: who knows country and key must not know the id.
 */
export const requestIdOf = (country: string, keyDigest: string): string => deterministicId('request', country, keyDigest)

/** The child of a request that one report of money moved onward opens. */
export const childRequestIdOf = (parentRequestId: string, reportId: string): string => deterministicId('child', parentRequestId, reportId)

/** A country and an account in it that money was followed to (V26), as a digest: it shows no account where it is kept. */
export const placeIdOf = (country: string, accountNumber: string): string => deterministicId('place', country, accountNumber)

/** What a command, fact, refusal, order or notice is: the n-th consequence of one cause on one request. */
export const consequenceIdOf = (
  kind: 'command' | 'fact' | 'refusal' | 'order' | 'notice',
  requestId: string,
  cause: string,
  index = 0,
): string => deterministicId(kind, requestId, cause, index)
