import { createPrivateKey, type KeyObject, randomUUID, sign, verify } from 'node:crypto'
import { accepted, type Refusal, type Result, refused } from '@holdfast/schemas'
import type { JWTPayload } from 'jose'
import type { SentToken } from './binding.ts'
import { claimProblemOf } from './jwt-claims.ts'
import { type PrivateKeyJwk, type PublicKeyJwk, type PublicKeyNumbers, publicKeyOf } from './members.ts'

// What tokens of members and of operators have in common (RFC 7519); whose a token is, and which key may verify it, is for each of them to say.

/** A token that got out is of use for an hour at most; whoever needs another makes one. */
export const tokenLifeMaxSeconds = 3600
/** What the header of a signed event says that it is (`typ`), and no token: neither can be taken for the other. */
export const eventSignatureType = 'holdfast-event+jws'
/** A token of ours has 400 characters; more than ten times that is not read at all. */
const authorizationMax = 4200
/** What a key of each kind may sign with. `EdDSA` is the former name of `Ed25519` (RFC 9864) and is taken until version 1.0. What a header names is checked against the list of the registered key and never decides anything. */
const algorithmsOf = { OKP: ['Ed25519', 'EdDSA'], EC: ['ES256'] }
const takenAlgorithms: ReadonlySet<unknown> = new Set(Object.values(algorithmsOf).flat())

/** A registered key that may verify, and how. */
export interface VerifyingKey {
  readonly key: KeyObject
  /** Its public number `x`, which no other key has, whatever it is called. */
  readonly x: string
  readonly algorithms: string[]
  /** In milliseconds since 1970: it verifies nothing before, and nothing from the end on. */
  readonly beginsAtMs: number
  readonly endsAtMs: number
}

/** Of a key of a registry, or one that a proof brings along. */
export const verifyingKeyOf = (jwk: PublicKeyNumbers & Pick<PublicKeyJwk, 'nbf' | 'exp'>): VerifyingKey => ({
  key: publicKeyOf(jwk),
  x: jwk.x,
  algorithms: algorithmsOf[jwk.kty],
  beginsAtMs: (jwk.nbf ?? Number.NEGATIVE_INFINITY) * 1000,
  endsAtMs: (jwk.exp ?? Number.POSITIVE_INFINITY) * 1000,
})

export const isValidAt = ({ beginsAtMs, endsAtMs }: VerifyingKey, at: Date): boolean =>
  at.getTime() >= beginsAtMs && at.getTime() < endsAtMs

export const unauthenticated = (message: string): Result<never, Refusal> => refused({ code: 'UNAUTHENTICATED', message })

/** What is signed by the key of a member: a token, or an event, of which the same is said in the same words. */
export type Spoken = 'token' | 'event'

export const unauthenticatedBy = (what: Spoken, message: string): Result<never, Refusal> =>
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

/** A part of a token. */
export const partOf = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const keyObjects = new WeakMap<PrivateKeyJwk, KeyObject>()
/** Made once for each JWK: to make one takes as long as to sign. */
export function keyObjectOf(key: KeyObject | PrivateKeyJwk): KeyObject {
  if (!('d' in key)) return key
  const known = keyObjects.get(key) ?? createPrivateKey({ key, format: 'jwk' })
  keyObjects.set(key, known)
  return known
}

const letterD = 'd'.charCodeAt(0)

/** The token in an Authorization header, as it came. */
export function tokenIn(authorization: string | undefined): Result<SentToken, Refusal> {
  if (!authorization) return unauthenticated('the Authorization header is missing: send "Authorization: Bearer TOKEN"')
  if (authorization.length > authorizationMax) return unauthenticated('the Authorization header is too long for a token')
  const found = /^(?:Bearer|DPoP) +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+) *$/i.exec(authorization)
  return found?.[1]
    ? accepted({ token: found[1], isDpop: (authorization.charCodeAt(0) | 0x20) === letterD })
    : unauthenticated('the Authorization header is not "Bearer" with a signed JWT')
}

const algorithmRefusals = (what: Spoken) => ({
  none: unauthenticatedBy(what, 'the token is not signed: its header names the algorithm "none"'),
  another: unauthenticatedBy(what, 'the token is signed by an algorithm that is not taken here: sign with Ed25519, or with ES256'),
})
const refusedAlgorithms = { token: algorithmRefusals('token'), event: algorithmRefusals('event') }

/** The refusal of an algorithm that no key of any registry is for; undefined where none is named. It is said before a key is looked up, so that it tells a stranger nothing of which keys there are. */
export function refusalOfAlgorithm(named: unknown, what: Spoken = 'token'): Result<never, Refusal> | undefined {
  if (named === undefined || takenAlgorithms.has(named)) return undefined
  return named === 'none' ? refusedAlgorithms[what].none : refusedAlgorithms[what].another
}

/**
 * Whether the key has signed the token, whatever that claims: by an algorithm that is for it, and with no extension of the format that would have to be understood (RFC 7515, 4.1.11). 130 µs of a processor, where `jose` takes
 * 210 to 300, and each act has a token of its own.
 */
export function isSignedBy(token: string, { key, algorithms }: VerifyingKey): boolean {
  const [head = '', body = '', signature = '', ...more] = token.split('.')
  const header = objectIn(head)
  if (more.length > 0 || !header || header.crit !== undefined || !algorithms.includes(header.alg as string)) return false
  const signed = Buffer.from(`${head}.${body}`)
  const bytes = Buffer.from(signature, 'base64url')
  return header.alg === 'ES256' ? verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, bytes) : verify(null, signed, key, bytes)
}

/** The object that a part of a token is; undefined where it is none. */
export function objectIn(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(Buffer.from(part, 'base64url')))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
const utf8 = new TextDecoder('utf-8', { fatal: true })

export interface JwtExpectations {
  readonly audience: string
  readonly issuer?: string
  readonly at: Date
  readonly clockSkewSeconds: number
  /** The refusal of a token that no key here has signed. */
  readonly notSigned: Result<never, Refusal>
}

/** The claims of a token, once the key has signed it and none of them is wrong: the signature is checked first, so only who holds a key learns which claim is wrong. */
export function verifyJwt(token: string, key: VerifyingKey, { notSigned, ...expected }: JwtExpectations): Result<JWTPayload, Refusal> {
  const claims = isSignedBy(token, key) ? objectIn(token.split('.')[1] ?? '') : undefined
  if (!claims || objectIn(token.slice(0, token.indexOf('.')))?.typ === eventSignatureType) return notSigned
  const problem = claimProblemOf(claims, { ...expected, lifeMaxSeconds: tokenLifeMaxSeconds })
  if (!problem) return accepted(claims)
  return problem === 'expired'
    ? unauthenticated(`the token has expired; it may live ${tokenLifeMaxSeconds} seconds at most`)
    : unauthenticated(`the claim "${problem.claim}" of the token is missing or not right`)
}
