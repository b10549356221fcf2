import { type Refusal, refusals } from '@holdfast/schemas'
import { dpopAlgorithms } from '@holdfast/trust'

const forbidden: ReadonlySet<Refusal['code']> = new Set(['NOT_PERMITTED', 'NOT_YOUR_COUNTRY', 'PERSON_UNPROVED'])

/**
 * The `WWW-Authenticate` header of a refusal (RFC 6750, 3, and RFC 9449, 7.1); undefined if it has none. A client
 * without credentials gets the scheme alone, as RFC 6750 requires.
 */
export function challengeOf(refusal: Refusal, authorization: string | undefined): string | undefined {
  if (refusals[refusal.code].status === 401) return authorization ? withError(refusal, 'invalid_token', authorization) : 'Bearer'
  return authorization && forbidden.has(refusal.code) ? withError(refusal, 'insufficient_scope', authorization) : undefined
}

function withError({ message, dpopError }: Refusal, error: string, authorization: string): string {
  const isDpop = dpopError !== undefined || /^DPoP /i.test(authorization)
  const scheme = isDpop ? `DPoP algs="${dpopAlgorithms.join(' ')}",` : 'Bearer'
  return `${scheme} error="${dpopError ?? error}", error_description="${quotable(message)}"`
}

/** Replaces characters that RFC 6750 forbids: Node would refuse to send the header. */
const quotable = (message: string): string => message.replaceAll('"', "'").replaceAll(/[^\x20-\x5b\x5d-\x7e]/g, '?')
