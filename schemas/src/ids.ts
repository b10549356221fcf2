import { sha1OfName } from '#digests'

/** Holdfast's own UUIDv5 namespace. Changing it would make every id of every old record unfindable. */
const namespace = Uint8Array.of(0xb9, 0xf6, 0xc5, 0xd4, 0x6a, 0x55, 0x5e, 0x0f, 0x9d, 0x6e, 0x2f, 0x6b, 0x1c, 0x7a, 0x8e, 0x31)

/**
 * An id that is the same whenever the same thing causes it, so that doing a thing twice makes it once. A UUIDv5 (RFC 9562, 5.5), written out here because a lifecycle makes 29 of
 * them: 0.9 µs each, where the library `uuid` takes 4.1.
 */
export function deterministicId(...causes: ReadonlyArray<string | number>): string {
  const digest = sha1OfName(namespace, causes.join('\u001f'))
  const variant = '89ab'[Number.parseInt(digest.charAt(16), 16) & 3]
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`
}

/**
 * A request is what one country asked, in these words, under one idempotency key.
 * @param digest of key and words, as the engine's secret makes it: who knows both must not know the id.
 */
export const requestIdOf = (country: string, digest: string): string => deterministicId('request', country, digest)

/** The child of a request that one report of money moved onward opens. */
export const childRequestIdOf = (parentRequestId: string, reportId: string): string => deterministicId('child', parentRequestId, reportId)

/** A country and an account in it that money was followed to (V26), as a digest: it shows no account where it is kept. */
export const destinationIdOf = (country: string, accountNumber: string): string => deterministicId('place', country, accountNumber)

/** What a command, fact, refusal, order or notice is: the n-th consequence of one cause on one request. */
export const consequenceIdOf = (
  kind: 'command' | 'fact' | 'refusal' | 'order' | 'notice',
  requestId: string,
  cause: string,
  index = 0,
): string => deterministicId(kind, requestId, cause, index)

/** What one person did at the desk of a country, by its idempotency key and words: the same for every repeat. */
export const workEventIdOf = (country: string, cause: string): string => deterministicId('work', country, cause)
