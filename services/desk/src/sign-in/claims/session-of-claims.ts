import { hash } from 'node:crypto'
import { accepted, formatProof, memberRoles, personSchema, type Refusal, type Result, refused, specialUnits } from '@holdfast/schemas'
import type { Members, OperatorSession, Session } from '@holdfast/trust'

/** The claims of an ID token that say who somebody is here. */
export interface ClaimNames {
  readonly country: string
  readonly role: string
  readonly person: string
  /** Left out of the token by who is of no specialised unit. */
  readonly unit: string
}

type Claims = Readonly<Record<string, unknown>>

/** A shift of eight hours. */
export const shiftMs = 8 * 3_600_000
/** A cookie has room for some words of how somebody signed in, and no more are of use. */
const howWordsMax = 8
const howWordMax = 64

export interface ClaimsReader {
  readonly names: ClaimNames
  readonly members: Members
  readonly now: Date
  readonly sessionMsMax: number
}

/** Whom a person may sign in as: one side of a member, or who runs the engine. */
export const signInRoles = [...memberRoles, 'operator'] as const

/**
 * Who signed in, by the claims of a verified ID token: somebody of a country, or an operator, who is of none. The session ends after 8 hours, or before where the token says when that of the provider does
 * (`session_expiry`, of OpenID Connect Enterprise Extensions); `exp` is about the token alone and does not count. NOT_PERMITTED where a claim names no country, role or person of this engine.
 */
export function sessionOfClaims(claims: Claims, reader: ClaimsReader): Result<Session | OperatorSession, Refusal> {
  const { names, members } = reader
  const { [names.country]: country, [names.role]: roles } = claims
  const [role, another] = signInRoles.filter(known => (Array.isArray(roles) ? roles.includes(known) : roles === known))
  if (role === 'operator' && another === undefined) return provedBy(claims, reader, { role })
  if (typeof country !== 'string' || !members.has(country))
    return notPermitted(
      `the claim "${names.country}" of your account must be the code of a country that has a part in this engine, such as SG`,
    )
  if (another !== undefined)
    return notPermitted(`the claim "${names.role}" of your account names ${role} and ${another}: one person has one role here`)
  if (role === undefined || role === 'operator')
    return notPermitted(`the claim "${names.role}" of your account must be one of ${signInRoles.join(', ')}`)
  const { [names.unit]: unitName } = claims
  const unit = specialUnits.find(known => known === unitName)
  if (unitName !== undefined && unitName !== '' && unit === undefined)
    return notPermitted(`the claim "${names.unit}" of your account must be one of ${specialUnits.join(', ')}, or not be there`)
  const proof = proofOf(claims)
  return provedBy(claims, reader, { country, role, ...(proof ? { proof } : {}), ...(unit ? { unit } : {}) })
}

/** The session of a side, with the person, and when and how that one proved it. */
function provedBy<S extends Pick<Session, 'country' | 'role' | 'proof' | 'unit'> | Pick<OperatorSession, 'role'>>(
  claims: Claims,
  { names, now, sessionMsMax }: ClaimsReader,
  side: S,
): Result<S & Omit<OperatorSession, 'role'>, Refusal> {
  const { [names.person]: name, auth_time: provedAt, session_expiry: expiry } = claims
  const person = personSchema.safeParse(name)
  if (!person.success) return notPermitted(`the claim "${names.person}" of your account ${person.error.issues[0]?.message}`)
  const nowMs = now.getTime()
  const signedInMs = typeof provedAt === 'number' ? Math.min(provedAt * 1000, nowMs) : Number.NEGATIVE_INFINITY
  if (!(signedInMs >= 0)) return notPermitted('the provider did not say when you signed in (auth_time), which it was asked for')
  const endsAtMs = Math.min(nowMs + sessionMsMax, typeof expiry === 'number' ? expiry * 1000 : Number.POSITIVE_INFINITY)
  if (!(endsAtMs > nowMs)) return notPermitted('your session at the provider has ended (session_expiry): sign in there again')
  const how = howOf(claims)
  return accepted({
    ...side,
    // Two spellings of one name are one person (V17).
    person: person.data.toLowerCase(),
    signedInAt: new Date(signedInMs),
    endsAt: new Date(endsAtMs),
    ...(how.length > 0 ? { how } : {}),
  })
}

const notPermitted = (message: string): Result<never, Refusal> => refused({ code: 'NOT_PERMITTED', message })

/** By the account and not by what it is called: a claim that names the person may be changed, the issuer and the subject of an account are never given twice. */
function proofOf({ iss, sub, acr, amr }: Claims): string | undefined {
  if (typeof iss !== 'string' || typeof sub !== 'string') return undefined
  const account = hash('sha256', JSON.stringify([iss, sub]), 'base64url')
  // Nine words of 64 characters fit into the attribute, whatever of them has to be escaped there.
  const [methods, named] = [wordsIn(amr).filter(isPrintable), wordsIn([acr]).find(isPrintable)]
  return formatProof({
    by: 'signIn',
    account,
    ...(named === undefined ? {} : { acr: named }),
    ...(methods.length > 0 ? { amr: methods } : {}),
  })
}

/** The methods of RFC 8176, else the class of the authentication. */
function howOf({ amr, acr }: Claims): string[] {
  return wordsIn(Array.isArray(amr) && amr.length > 0 ? amr : [acr])
}

const isPrintable = (word: string): boolean => /^[\x20-\x7e]+$/.test(word)

const wordsIn = (words: unknown): string[] =>
  (Array.isArray(words) ? words : [])
    .filter(word => typeof word === 'string' && word !== '')
    .map(word => word.slice(0, howWordMax))
    .slice(0, howWordsMax)
