import type { FastifyRequest } from 'fastify'
import Negotiator from 'negotiator'

type Asking = Pick<FastifyRequest, 'headers'>

/**
 * Returns the offered media type that a client prefers (RFC 9110, 12.5.1: quality values, wildcards, the more specific
 * range first). Of equal ones, returns the first offered; undefined if it accepts none. Keeps the parameters of the
 * accepted type.
 */
export function preferredMediaType<T extends string>({ headers }: Asking, offered: readonly T[]): T | undefined {
  return new Negotiator({ headers }).mediaType([...offered]) as T | undefined
}

/** Returns the offered content coding that a client prefers; `identity` if it accepts none of them. */
export function preferredEncoding<T extends string>({ headers }: Asking, offered: readonly T[]): T | 'identity' {
  // RFC 9110 allows any coding if the header is missing, but such a client may not decode one.
  if (headers['accept-encoding'] === undefined) return 'identity'
  return (new Negotiator({ headers }).encoding([...offered, 'identity']) as T | undefined) ?? 'identity'
}
