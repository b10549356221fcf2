import { hash, type KeyObject } from 'node:crypto'
import { isOfPersons, type MemberActor, type Refusal, type Result, type SpecialUnit } from '@holdfast/schemas'
import { z } from 'zod'
import type { Members, PrivateKeyJwk } from '../registry/members.ts'
import type { Registry } from '../registry/registry.ts'
import { type Confirmation, confirmationIn, type Holding, isRefusal, refusalOfUnbound, refusalOfUse, type SentToken } from './binding.ts'
import { isSignedByOnThreadPool, type Jws, readJws, type VerifyingKey } from './jws.ts'
import {
  type CredentialRefusal,
  claimsOf,
  isValidAt,
  refusalOfAlgorithm,
  refusedThoughSigned,
  signJwt,
  tokenIn,
  tokenLifeMaxSeconds,
} from './jwt.ts'
import { createMemberKeys, keyRefusals, senderClaims } from './member-keys.ts'
import { createRememberedTokens } from './remembered-tokens.ts'

export const tokenAudience = 'holdfast'

export interface SignTokenOptions {
  readonly actor: MemberActor
  readonly key: KeyObject | PrivateKeyJwk
  /** The key's name in the member's registered key set. */
  readonly kid: string
  /** At most 3600. */
  readonly ttlSeconds: number
  readonly now: Date
  /** To what key or certificate of its sender it is bound; without it, to none. */
  readonly bound?: Confirmation | undefined
}

/** Makes a token for a person or system of a member country (RFC 7519, Ed25519). Throws RangeError when it would live longer than an hour. */
export const signToken = ({ actor: { country, role, person }, bound, ...signing }: SignTokenOptions): Promise<string> =>
  signJwt({
    issuer: country,
    subject: person,
    audience: tokenAudience,
    claims: { role, ...(bound === undefined ? {} : { cnf: bound }) },
    ...signing,
  })

export interface TokenVerifierOptions {
  /** Where it may change, tokens of a key that has gone are refused from then on. */
  readonly members: Members | Registry
  readonly now: () => Date
  /** How far the clocks of members may be from ours. */
  readonly clockSkewSeconds: number
}

/** Who speaks, and until when its word counts. */
export interface VerifiedActor extends MemberActor {
  /** When the token ends, by our clock and without the tolerance for that of the member: what stays open for longer than an answer ends then. */
  readonly tokenEndsAt: Date
  /** Of an institution that speaks by a key of its own: its offices. It answers their orders, and sees nothing else. */
  readonly bics?: readonly string[] | undefined
  /** Its entry in the registry says that its events are signed (ADR 61): a token beside one is not enough. */
  readonly signs?: true
  /** Of the key and the `jti` of the token, as a digest: no other token has it. Undefined of a session. */
  readonly tokenId?: string
  /** How long the token lives by its own word, from `iat` to `exp`; undefined of a session. */
  readonly tokenLifeSeconds?: number
  /** The public number `x` of the registered key that signed the token; undefined of a session. */
  readonly signedBy?: string
  /** To what the token is bound, of which its sender has shown that it holds it; undefined of a token that is bound to nothing, and of a session. */
  readonly bound?: Confirmation
  /** Of a session of the page alone: when the person last proved who it is, and how, in the words of its provider. */
  readonly signedInAt?: Date
  readonly how?: readonly string[]
  /** Of a session alone: by which it is known where its person signs out. */
  readonly sessionId?: string
  /** Of a session alone: the specialised unit of its country that the person is of. It reads what is shared with that unit, and nothing else. */
  readonly unit?: SpecialUnit
}

/** What moves money or says who asked: whoever gets hold of such a token on its way has ten minutes for it, and one that reads an hour. */
export const actLifeMaxSeconds = 600

/** Why a token may not act. It may still read. */
export const refusalOfAct = ({ tokenLifeSeconds = 0 }: Pick<VerifiedActor, 'tokenLifeSeconds'>): Refusal | undefined =>
  tokenLifeSeconds > actLifeMaxSeconds
    ? {
        code: 'TOKEN_TOO_LONG',
        message: `a token that acts lives ${actLifeMaxSeconds} seconds at most from iat to exp, and this one lives ${tokenLifeSeconds}: make one for the act`,
      }
    : undefined

/**
 * Takes the Authorization header as it came and returns who speaks. `at` is when it was spoken, where that is not now: a record may wait longer than a token lives. `holding` judges what came beside it; without it no token is taken that is
 * bound, or that the registry wants bound.
 */
export type TokenVerifier = (
  authorization: string | undefined,
  at?: Date,
  holding?: Holding,
) => Promise<Result<VerifiedActor, CredentialRefusal>>

const claimsSchema = z.object({ ...senderClaims, jti: z.unknown(), cnf: z.unknown().optional() })

const refusals = keyRefusals('token')
const { notSigned, revoked, forAnotherTime } = refusals
const noSpeaker: Refusal = { code: 'UNAUTHENTICATED', message: 'the token does not name a person (sub) and a known role (role)' }

/**
 * Verifies bearer tokens. The key is looked up by its name among the keys of the country that the token names as issuer, so that no country's key can speak
 * for another. A token that was verified is remembered until it ends: 2 µs instead of 140 for each further request with it.
 */
export function createTokenVerifier({ members, now, clockSkewSeconds }: TokenVerifierOptions): TokenVerifier {
  const remembered = createRememberedTokens<Verified>()
  const keys = createMemberKeys(members, refusals, () => remembered.clear())

  /** The refusal of a token that no key which counts now has signed: of two keys of one name, one that has gone may have. */
  async function refusalOfKey(jws: Jws | undefined, registered: VerifyingKey | undefined): Promise<Result<never, Refusal>> {
    if (registered && (await isSignedByOnThreadPool(jws, registered))) return forAnotherTime
    const gone = keyOf(jws, keys.former)
    return gone && (await isSignedByOnThreadPool(jws, gone)) ? revoked : notSigned
  }

  const verified: TokenVerifier = async (authorization, at = now(), holding) => {
    const sent = tokenIn(authorization)
    if (!sent.ok) return sent
    const { token } = sent.value

    const digest = hash('sha256', token)
    const known = remembered.get(digest, at.getTime())
    if (known) return usedBy(known, sent.value, holding)

    const jws = readJws(token)
    const otherwise = refusalOfAlgorithm(jws?.header.alg)
    if (otherwise) return otherwise
    const key = keyOf(jws, keys.registered)
    if (!key || !isValidAt(key, at)) return refusalOfKey(jws, key)
    const isSigned = await isSignedByOnThreadPool(jws, key)
    // The registry has changed meanwhile, and what is remembered of a key that has gone would be believed.
    if (keyOf(jws, keys.registered) !== key) return verified(authorization, at, holding)
    const payload = claimsOf(jws, isSigned, { audience: tokenAudience, at, clockSkewSeconds, notSigned })
    if (payload === notSigned) return refusalOfKey(jws, undefined)
    const { country } = key
    if (!payload.ok) return refusedThoughSigned(country, payload.error)
    const claims = claimsSchema.safeParse(payload.value)
    if (!claims.success) return refusedThoughSigned(country, noSpeaker)
    const { iss, role, exp, iat, jti, cnf } = claims.data
    const endsAtMs = Math.min(Math.min(exp, iat + tokenLifeMaxSeconds) * 1000, key.endsAtMs)
    const person = keys.personOf(key, claims.data)
    if (!person.ok) return refusedThoughSigned(country, person.error)
    const { owner, proof } = key
    const bound = confirmationIn(cnf)
    if (isRefusal(bound)) return refusedThoughSigned(country, bound)
    const unbound = refusalOfUnbound(owner.bound, bound, holding)
    if (unbound) return refusedThoughSigned(country, unbound)
    const actor: Verified = {
      ok: true,
      value: {
        country: iss,
        role,
        person: person.value,
        ...(proof === undefined ? {} : { proof }),
        ...(owner.bics ? { bics: owner.bics } : {}),
        ...(owner.signs ? { signs: true } : {}),
        tokenEndsAt: new Date(endsAtMs),
        signedBy: key.x,
        tokenId: hash('sha256', JSON.stringify([key.x, jti]), 'base64url'),
        tokenLifeSeconds: exp - iat,
        ...(bound ? { bound } : {}),
      },
    }
    remembered.set(digest, actor, Math.min(endsAtMs + clockSkewSeconds * 1000, key.endsAtMs))
    return usedBy(actor, sent.value, holding)
  }
  return verified
}

type Verified = Extract<Result<VerifiedActor, Refusal>, { ok: true }>

/** That a token is right is remembered; that its sender holds what it is bound to is shown anew by each use. */
const usedBy = (verified: Verified, sent: SentToken, holding: Holding | undefined) =>
  verified.value.bound === undefined && !sent.isDpop ? verified : shownToBeHeld(verified, sent, holding)

async function shownToBeHeld(verified: Verified, sent: SentToken, holding: Holding | undefined): Promise<Result<VerifiedActor, Refusal>> {
  const { bound, country, role, person, bics } = verified.value
  const user = { side: `${country}/${role}`, who: isOfPersons(role) ? person : bics?.[0] }
  const refusal = await refusalOfUse(sent, bound, user, holding)
  return refusal ? refusedThoughSigned(country, refusal) : verified
}

/** What the token claims of itself is used for one thing before it is verified: to look up the one key that may verify it. */
const keyOf = <K extends VerifyingKey>(jws: Jws | undefined, find: (country: unknown, kid: unknown) => K | undefined): K | undefined =>
  jws && find(jws.payload?.iss, jws.header.kid)
