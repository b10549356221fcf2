import { createPrivateKey, type KeyObject, randomUUID, sign } from 'node:crypto'
import { accepted, type Refusal, type Result, refused } from '@holdfast/schemas'
import type { JWTPayload } from 'jose'
import { isCanonicalNumber } from '../registry/key-numbers.ts'
import { type PrivateKeyJwk, type PublicKeyJwk, type PublicKeyNumbers, publicKeyOf } from '../registry/members.ts'
import type { SentToken } from './binding.ts'
import { type Jws, partOf, type VerifyingKey } from './jws.ts'
import { claimProblemOf } from './jwt-claims.ts'

// What member and operator tokens have in common (RFC 7519). Each kind decides on its own owners and keys.

/** A stolen token is usable for an hour at most; senders create new ones. */
export const tokenLifeMaxSeconds = 3600
/** What the header of a signed event says that it is (`typ`), and no token: neither can be taken for the other. */
export const eventSignatureType = 'holdfast-event+jws'
/** Our own tokens have 400 characters. More than ten times that is refused unread. */
const authorizationMax = 4200
/** What a key of each kind may sign with. `EdDSA` is the former name of `Ed25519` (RFC 9864) and is taken until version 1.0. What a header names is checked against the list of the registered key and never decides anything. */
const algorithmsOf = { OKP: ['Ed25519', 'EdDSA'], EC: ['ES256'] }
const takenAlgorithms: ReadonlySet<unknown> = new Set(Object.values(algorithmsOf).flat())

/** Of a key of a registry, of an engine, or one that a proof brings along. Throws where its numbers are no key, or spelled in another way than the canonical one. */
export function verifyingKeyOf(jwk: PublicKeyNumbers & Pick<PublicKeyJwk, 'nbf' | 'exp'>): VerifyingKey {
  const numbers = jwk.kty === 'EC' ? [jwk.x, jwk.y] : [jwk.x]
  if (!numbers.every(isCanonicalNumber)) throw new Error('a number of the key is not 32 bytes in canonical base64url')
  return {
    key: publicKeyOf(jwk),
    x: jwk.x,
    algorithms: algorithmsOf[jwk.kty],
    beginsAtMs: (jwk.nbf ?? Number.NEGATIVE_INFINITY) * 1000,
    endsAtMs: (jwk.exp ?? Number.POSITIVE_INFINITY) * 1000,
  }
}

/** Whether a registered key is valid at this instant, by its `nbf` and `exp`. */
export const isValidAt = ({ beginsAtMs, endsAtMs }: VerifyingKey, at: Date): boolean =>
  at.getTime() >= beginsAtMs && at.getTime() < endsAtMs

export const unauthenticated = (message: string): Result<never, Refusal> => refused({ code: 'UNAUTHENTICATED', message })

/** What is signed by the key of a member: a token, or an event, of which the same is said in the same words. */
export type Credential = 'token' | 'event'

/** Why a token or signed event is refused. */
export interface CredentialRefusal extends Refusal {
  /** The country whose registered key, which counts at that time, has signed it all the same. Undefined where none has, or that is not known. */
  readonly signedFor?: string
}

/** Refuses what a key of this country has signed. */
export const refusedThoughSigned = (country: string, refusal: Refusal): Result<never, CredentialRefusal> =>
  refused({ ...refusal, signedFor: country })

export const unauthenticatedBy = (what: Credential, message: string): Result<never, Refusal> =>
  unauthenticated(message.replaceAll('the token', `the ${what}`))

export interface JwtOptions {
  readonly issuer: string
  readonly subject: string
  readonly audience: string
  readonly claims?: Readonly<Record<string, unknown>>
  readonly key: KeyObject | PrivateKeyJwk
  /** The key's name in the registered key set. */
  readonly kid: string
  /** At most 3600. */
  readonly ttlSeconds: number
  readonly now: Date
}

/** Throws RangeError when it would live longer than an hour. A sender signs a token for each act: 70 µs of a processor, where `jose` took 410. */
export function signJwt({ issuer, subject, audience, claims = {}, key, kid, ttlSeconds, now }: JwtOptions): Promise<string> {
  if (!(ttlSeconds > 0 && ttlSeconds <= tokenLifeMaxSeconds))
    throw new RangeError(`a token lives 1 to ${tokenLifeMaxSeconds} seconds, not ${ttlSeconds}`)
  const iat = Math.floor(now.getTime() / 1000)
  const head = partOf({ alg: 'Ed25519', kid, typ: 'JWT' })
  const body = partOf({ ...claims, iss: issuer, sub: subject, aud: audience, iat, exp: iat + ttlSeconds, jti: randomUUID() })
  const signature = sign(null, Buffer.from(`${head}.${body}`), keyObjectOf(key)).toString('base64url')
  return Promise.resolve(`${head}.${body}.${signature}`)
}

const keyObjects = new WeakMap<PrivateKeyJwk, KeyObject>()
/** Made once for each JWK: to make one takes as long as to sign. */
export function keyObjectOf(key: KeyObject | PrivateKeyJwk): KeyObject {
  if (!('d' in key)) return key
  const known = keyObjects.get(key) ?? createPrivateKey({ key, format: 'jwk' })
  keyObjects.set(key, known)
  return known
}

const letterD = 'd'.charCodeAt(0)

/** The token of an Authorization header, as received. */
export function tokenIn(authorization: string | undefined): Result<SentToken, Refusal> {
  if (!authorization) return unauthenticated('the Authorization header is missing: send "Authorization: Bearer TOKEN"')
  if (authorization.length > authorizationMax) return unauthenticated('the Authorization header is too long for a token')
  const found = /^(?:Bearer|DPoP) +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+) *$/i.exec(authorization)
  return found?.[1]
    ? accepted({ token: found[1], isDpop: (authorization.charCodeAt(0) | 0x20) === letterD })
    : unauthenticated('the Authorization header is not "Bearer" with a signed JWT')
}

const algorithmRefusals = (what: Credential) => ({
  none: unauthenticatedBy(what, 'the token is not signed: its header names the algorithm "none"'),
  another: unauthenticatedBy(what, 'the token is signed by an algorithm that is not taken here: sign with Ed25519, or with ES256'),
})
const refusedAlgorithms = { token: algorithmRefusals('token'), event: algorithmRefusals('event') }

/** The refusal of an algorithm that no key of any registry is for; undefined where none is named. It is said before a key is looked up, so that it tells a stranger nothing of which keys there are. */
export function refusalOfAlgorithm(named: unknown, what: Credential = 'token'): Result<never, Refusal> | undefined {
  if (named === undefined || takenAlgorithms.has(named)) return undefined
  return named === 'none' ? refusedAlgorithms[what].none : refusedAlgorithms[what].another
}

export interface JwtExpectations {
  readonly audience: string
  readonly issuer?: string
  readonly at: Date
  readonly clockSkewSeconds: number
  /** The refusal of a token that no known key signed. */
  readonly notSigned: Result<never, Refusal>
}

/** The claims of a token, once its key has signed it and none of them is wrong: the signature is checked first, so only who holds a key learns which claim is wrong. */
export function claimsOf(
  jws: Jws | undefined,
  isSigned: boolean,
  { notSigned, ...expected }: JwtExpectations,
): Result<JWTPayload, Refusal> {
  if (!isSigned || !jws?.payload || jws.header.typ === eventSignatureType) return notSigned
  const problem = claimProblemOf(jws.payload, { ...expected, lifeMaxSeconds: tokenLifeMaxSeconds })
  if (!problem) return accepted(jws.payload)
  return problem === 'expired'
    ? unauthenticated(`the token has expired; it may live ${tokenLifeMaxSeconds} seconds at most`)
    : unauthenticated(`the claim "${problem.claim}" of the token is missing or not right`)
}
