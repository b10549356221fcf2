import { createPrivateKey, type KeyObject, randomUUID } from 'node:crypto'
import { accepted, type Refusal, type Result, refused } from '@holdfast/schemas'
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import type { PrivateKeyJwk } from './members.ts'

// What tokens of members and of operators have in common (RFC 7519); whose a token is, and which key may verify it, is for each of them to say.

/** A token that got out is of use for an hour at most; whoever needs another makes one. */
export const tokenLifeMaxSeconds = 3600
/** A token of ours has 400 characters; more than ten times that is not read at all. */
const authorizationMax = 4200
/** One algorithm: what a header names is checked against this list and never decides anything. */
const algorithms = ['EdDSA']

export const unauthenticated = (message: string): Result<never, Refusal> => refused({ code: 'UNAUTHENTICATED', message })

export interface JwtOptions {
  readonly issuer: string
  readonly subject: string
  readonly audience: string
  readonly claims?: Readonly<Record<string, string>>
  readonly key: KeyObject | PrivateKeyJwk
  /** The key's name in the registered key set. */
  readonly kid: string
  /** At most 3600. */
  readonly ttlSeconds: number
  readonly now: Date
}

/** Throws RangeError when it would live longer than an hour. */
export function signJwt({ issuer, subject, audience, claims = {}, key, kid, ttlSeconds, now }: JwtOptions): Promise<string> {
  if (!(ttlSeconds > 0 && ttlSeconds <= tokenLifeMaxSeconds))
    throw new RangeError(`a token lives 1 to ${tokenLifeMaxSeconds} seconds, not ${ttlSeconds}`)
  const issuedAt = Math.floor(now.getTime() / 1000)
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'JWT' })
    .setIssuer(issuer)
    .setSubject(subject)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ttlSeconds)
    .setJti(randomUUID())
    .sign('d' in key ? createPrivateKey({ key, format: 'jwk' }) : key)
}

/** The token in an Authorization header, as it came. */
export function bearerIn(authorization: string | undefined): Result<string, Refusal> {
  if (!authorization) return unauthenticated('the Authorization header is missing: send "Authorization: Bearer TOKEN"')
  if (authorization.length > authorizationMax) return unauthenticated('the Authorization header is too long for a token')
  const token = /^Bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+) *$/i.exec(authorization)?.[1]
  return token ? accepted(token) : unauthenticated('the Authorization header is not "Bearer" with a signed JWT')
}

export interface JwtExpectations {
  readonly audience: string
  readonly issuer?: string
  readonly at: Date
  readonly clockSkewSeconds: number
  /** The refusal of a token that no key here has signed. */
  readonly notSigned: Result<never, Refusal>
}

/** The claims of a token, once the key has signed it and none of them is wrong: the signature is checked first, so only who holds a key learns which claim is wrong. */
export async function verifyJwt(token: string, key: KeyObject, expected: JwtExpectations): Promise<Result<JWTPayload, Refusal>> {
  const { audience, issuer, at, clockSkewSeconds, notSigned } = expected
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms,
      audience,
      ...(issuer === undefined ? {} : { issuer }),
      currentDate: at,
      clockTolerance: clockSkewSeconds,
      maxTokenAge: tokenLifeMaxSeconds,
      requiredClaims: ['iss', 'sub', 'exp', 'iat', 'jti'],
    })
    return accepted(payload)
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      return unauthenticated(`the token has expired; it may live ${tokenLifeMaxSeconds} seconds at most`)
    if (error instanceof errors.JWTClaimValidationFailed)
      return unauthenticated(`the claim "${error.claim}" of the token is missing or not right`)
    if (error instanceof errors.JOSEError) return notSigned
    throw error
  }
}
