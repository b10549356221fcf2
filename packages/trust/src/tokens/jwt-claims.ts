import type { JWTPayload } from 'jose'

export interface ClaimExpectations {
  readonly audience: string
  readonly issuer?: string
  readonly at: Date
  readonly clockSkewSeconds: number
  readonly lifeMaxSeconds: number
}

/** What is wrong with the claims of a token: it has ended, or this claim is missing or not right. */
export type ClaimProblem = 'expired' | { readonly claim: string }

const required = ['iss', 'sub', 'aud', 'exp', 'iat', 'jti'] as const

/** What is wrong with the claims of a token (RFC 7519, 4.1); undefined where nothing is. As `jose` judges them, held to that by a test. */
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
