import { type KeyObject, sign } from 'node:crypto'
import { accepted, type EventToSign, type MemberActor, type Refusal, type Result, refused, signedText } from '@holdfast/schemas'
import { z } from 'zod'
import type { Members, PrivateKeyJwk } from '../registry/members.ts'
import { isSignedBy, partOf, readDetachedJws, type VerifyingKey } from '../tokens/jws.ts'
import {
  type CredentialRefusal,
  eventSignatureType,
  isValidAt,
  keyObjectOf,
  refusalOfAlgorithm,
  refusedThoughSigned,
  unauthenticated,
} from '../tokens/jwt.ts'
import { claimProblemOf } from '../tokens/jwt-claims.ts'
import { createMemberKeys, keyRefusals, type MemberKeys, type OwnedVerifyingKey, senderClaims } from '../tokens/member-keys.ts'
import { actLifeMaxSeconds, type TokenVerifierOptions, tokenAudience, type VerifiedActor } from '../tokens/tokens.ts'

// Members sign their events (ADR 61), so a later reader can verify the sender without trusting the engine.

export interface SignEventOptions {
  readonly actor: MemberActor
  readonly key: KeyObject | PrivateKeyJwk
  /** The key's name in the member's registered key set. */
  readonly kid: string
  /** At most 600, and the default: it has to be signed no earlier than that before the broker takes it. */
  readonly ttlSeconds?: number
  readonly now: Date
}

/** The header `signature` of a record: a JWS with a detached payload (RFC 7515, appendix F), by Ed25519, over id, source, type and data of the event. Throws RangeError when it would live longer than an act's token. */
export function signEvent(event: EventToSign, { actor, key, kid, ttlSeconds = actLifeMaxSeconds, now }: SignEventOptions): string {
  if (!(ttlSeconds > 0 && ttlSeconds <= actLifeMaxSeconds))
    throw new RangeError(`a signed event lives 1 to ${actLifeMaxSeconds} seconds, not ${ttlSeconds}`)
  const { country, person, role } = actor
  const iat = Math.floor(now.getTime() / 1000)
  const said = { iss: country, sub: person, role, aud: tokenAudience, iat, exp: iat + ttlSeconds }
  const head = partOf({ alg: 'Ed25519', kid, typ: eventSignatureType, ...said })
  const signature = sign(null, Buffer.from(`${head}.${payloadOf(signedText(event))}`), keyObjectOf(key))
  return `${head}..${signature.toString('base64url')}`
}

const payloadOf = (text: string): string => Buffer.from(text).toString('base64url')

/** Takes the header `signature` as it came, and the event that it is said to be of. `at` is when the broker took it. */
export type EventVerifier = (signature: string, event: EventToSign, at?: Date) => Promise<Result<VerifiedActor, CredentialRefusal>>

const refusals = keyRefusals('event')
const noJws = unauthenticated('the header signature is no JWS with a detached payload: send PROTECTED-HEADER..SIGNATURE')
const anotherType = unauthenticated(`the signature is of another type (typ) than ${eventSignatureType}: a token is none`)
const noUnicode = unauthenticated('the event has text that is no Unicode, of which nothing can be signed')
const noActor = unauthenticated('the signature does not name a person (sub) and a known role (role)')
const tooLong: Result<never, Refusal> = refused({
  code: 'TOKEN_TOO_LONG',
  message: `a signed event lives ${actLifeMaxSeconds} seconds at most from iat to exp: sign it again`,
})

const headerSchema = z.object(senderClaims)

export interface EventVerifierOptions extends TokenVerifierOptions {
  /** Limits the verifications: each takes 0.1 ms, and a client may send a thousand at once. */
  readonly turn?: (() => Promise<void>) | undefined
}

/** Verifies events with the keys of tokens. Not cached, because no two events are the same. */
export function createEventVerifier({ members, now, clockSkewSeconds, turn }: EventVerifierOptions): EventVerifier {
  const keys = createMemberKeys(members, refusals)
  return async (signature, event, at = now()) => {
    await turn?.()
    return judge(keys, signature, event, () => at, clockSkewSeconds)
  }
}

/** The tolerated clock difference of members. */
const keptSkewSeconds = 60

/** Takes a signature that was kept, what it is of, and when the engine says that it took it. */
export type StoredEventVerifier = (signature: string, event: EventToSign, takenAt: Date) => Result<VerifiedActor, Refusal>

/**
 * The same long after, by a registry that still has the keys of then. A record may have waited for days, so that what counts is the end of its life where the engine took it later than that, and the end of its
 * key's where that came first.
 */
export function createStoredEventVerifier(members: Members): StoredEventVerifier {
  const keys = createMemberKeys(members, refusals)
  return (signature, event, takenAt) => judge(keys, signature, event, (header, key) => countsAt(header, key, takenAt), keptSkewSeconds)
}

function countsAt({ iat, exp }: Readonly<Record<string, unknown>>, key: VerifyingKey | undefined, takenAt: Date): Date {
  if (typeof iat !== 'number' || typeof exp !== 'number') return takenAt
  const at = Math.min(takenAt.getTime(), exp * 1000)
  const endsAtMs = key?.endsAtMs ?? Number.POSITIVE_INFINITY
  return new Date(endsAtMs > iat * 1000 ? Math.min(at, endsAtMs - 1) : at)
}

type Instant = (header: Readonly<Record<string, unknown>>, key: OwnedVerifyingKey | undefined) => Date

/** The signature is verified before its header is judged, so only a key's holder learns what is wrong. */
function judge(keys: MemberKeys, signature: string, event: EventToSign, instant: Instant, clockSkewSeconds: number) {
  const jws = readDetachedJws(signature)
  if (!jws) return noJws
  const { header } = jws
  if (header.typ !== eventSignatureType) return anotherType
  const otherwise = refusalOfAlgorithm(header.alg, 'event')
  if (otherwise) return otherwise
  const text = textOf(event)
  if (text === undefined) return noUnicode
  const whole = jws.over(text)
  const key = keys.registered(header.iss, header.kid)
  const at = instant(header, key)
  const hasSigned = key !== undefined && isSignedBy(whole, key)
  if (!hasSigned) {
    const gone = keys.former(header.iss, header.kid)
    return gone && isSignedBy(whole, gone) ? refusals.revoked : refusals.notSigned
  }
  if (!isValidAt(key, at)) return refusals.forAnotherTime
  const actor = actorOf(keys, key, header, at, clockSkewSeconds)
  return actor.ok ? actor : refusedThoughSigned(key.country, actor.error)
}

function actorOf(
  keys: MemberKeys,
  key: OwnedVerifyingKey,
  header: Readonly<Record<string, unknown>>,
  at: Date,
  clockSkewSeconds: number,
): Result<VerifiedActor, Refusal> {
  // The event's id is unique, so no other id is needed.
  const problem = claimProblemOf(
    { ...header, jti: '' },
    { audience: tokenAudience, at, clockSkewSeconds, lifeMaxSeconds: actLifeMaxSeconds },
  )
  if (problem === 'expired') return unauthenticated(`the signature has expired; it may live ${actLifeMaxSeconds} seconds at most`)
  if (problem) return unauthenticated(`"${problem.claim}" of the signature is missing or not right`)
  const said = headerSchema.safeParse(header)
  if (!said.success) return noActor
  const { iss, role, exp, iat } = said.data
  if (exp - iat > actLifeMaxSeconds) return tooLong
  const person = keys.personOf(key, said.data)
  if (!person.ok) return person
  const { owner, proof } = key
  return accepted({
    country: iss,
    role,
    person: person.value,
    ...(proof === undefined ? {} : { proof }),
    ...(owner.bics ? { bics: owner.bics } : {}),
    tokenEndsAt: new Date(Math.min(exp * 1000, key.endsAtMs)),
    signedBy: key.x,
    tokenLifeSeconds: exp - iat,
  })
}

function textOf(event: EventToSign): string | undefined {
  try {
    return signedText(event)
  } catch {
    return undefined
  }
}
