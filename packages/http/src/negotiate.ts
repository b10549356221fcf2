import type { FastifyRequest } from 'fastify'
import Negotiator from 'negotiator'

type Asking = Pick<FastifyRequest, 'headers'>

/**
 * The offered media type that a client likes best (RFC 9110, 12.5.1: quality values, wildcards, the more precise range first); of equal ones the first that is offered, and undefined where it
 * takes none. The parameters of what it named are given with it.
 */
export function preferredMediaType<T extends string>({ headers }: Asking, offered: readonly T[]): T | undefined {
  return new Negotiator({ headers }).mediaType([...offered]) as T | undefined
}

/** The offered content coding that a client likes best; `identity` where it takes none of them. */
export function preferredEncoding<T extends string>({ headers }: Asking, offered: readonly T[]): T | 'identity' {
  // RFC 9110 lets a server choose any where the header is missing, and a client that says nothing may read none.
  if (headers['accept-encoding'] === undefined) return 'identity'
  return (new Negotiator({ headers }).encoding([...offered, 'identity']) as T | undefined) ?? 'identity'
}
