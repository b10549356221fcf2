import { hash } from 'node:crypto'

const namespace = Buffer.from('b9f6c5d46a555e0f9d6e2f6b1c7a8e31', 'hex')

/** A UUIDv5 (RFC 9562) in the namespace of the engine, of parts joined by U+001F. */
function idOf(...parts: readonly (string | number)[]): string {
  const digest = hash('sha1', Buffer.concat([namespace, Buffer.from(parts.join('\u001f'))]), 'hex')
  const variant = '89ab'[Number.parseInt(digest.charAt(16), 16) & 3]
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`
}

/** The id of what follows from one cause on one request. */
export const consequenceId = (kind: 'fact' | 'refusal' | 'order' | 'notification', requestId: string, cause: string, nth = 0): string =>
  idOf(kind, requestId, cause, nth)
