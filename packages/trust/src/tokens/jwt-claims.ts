import type { JWTPayload } from 'jose'

export interface ClaimExpectations {
  readonly audience: string
  readonly issuer?: string
  readonly at: Date
  readonly clockSkewSeconds: number
  readonly lifeMaxSeconds: number
}

/** Why a token's claims are refused: it has expired, or a claim is missing or wrong. */
export type ClaimProblem = 'expired' | { readonly claim: string }

const required = ['iss', 'sub', 'aud', 'exp', 'iat', 'jti'] as const

/** Verifies the claims of a token (RFC 7519, 4.1); undefined if they are valid. A test compares it with `jose`. */
export function claimProblemOf(
  claims: JWTPayload,
  { audience, issuer, at, clockSkewSeconds, lifeMaxSeconds }: ClaimExpectations,
): ClaimProblem | undefined {
  const { iss, aud, exp, nbf, iat } = claims
  for (const claim of required) if (!Object.hasOwn(claims, claim)) return { claim }
  if (issuer !== undefined && iss !== issuer) return { claim: 'iss' }
  if (!(aud === audience || (Array.isArray(aud) && aud.includes(audience)))) return { claim: 'aud' }
  const now = Math.floor(at.getTime() / 1000)
  if (typeof iat !== 'number') return { claim: 'iat' }
  if (nbf !== undefined && (typeof nbf !== 'number' || nbf > now + clockSkewSeconds)) return { claim: 'nbf' }
  if (typeof exp !== 'number') return { claim: 'exp' }
  if (exp <= now - clockSkewSeconds) return 'expired'
  const age = now - iat
  if (age - clockSkewSeconds > lifeMaxSeconds) return 'expired'
  return age < -clockSkewSeconds ? { claim: 'iat' } : undefined
}
