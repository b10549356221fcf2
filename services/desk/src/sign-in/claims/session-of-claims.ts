import { hash } from 'node:crypto'
import { accepted, formatProof, memberRoles, personSchema, type Refusal, type Result, refused, specialUnits } from '@holdfast/schemas'
import type { Members, OperatorSession, Session } from '@holdfast/trust'

/** The claims of an ID token that identify a person in this engine. */
export interface ClaimNames {
  readonly country: string
  readonly role: string
  readonly person: string
  /** Absent for a person of no specialised unit. */
  readonly unit: string
}

type Claims = Readonly<Record<string, unknown>>

/** A shift of eight hours. */
export const shiftMs = 8 * 3_600_000
/** A cookie has space for some authentication methods; more are of no use. */
const methodsMax = 8
const methodLengthMax = 64

export interface ClaimsReader {
  readonly names: ClaimNames
  readonly members: Members
  readonly now: Date
  readonly sessionMsMax: number
}

/** The roles that a person can sign in with: one of a member, or operator. */
export const signInRoles = [...memberRoles, 'operator'] as const

/**
 * Builds a session from the claims of a verified ID token: of a person of a country, or of an operator without a
 * country. It ends after 8 hours, or earlier with `session_expiry` of the provider (OpenID Connect Enterprise
 * Extensions). `exp` limits the token only, so it does not count. NOT_PERMITTED if a claim has no country, role or
 * person of this engine.
 */
export function sessionOfClaims(claims: Claims, reader: ClaimsReader): Result<Session | OperatorSession, Refusal> {
  const { names, members } = reader
  const { [names.country]: country, [names.role]: roles } = claims
  const [role, another] = signInRoles.filter(known => (Array.isArray(roles) ? roles.includes(known) : roles === known))
  if (role === 'operator' && another === undefined) return provedBy(claims, reader, { role })
  if (typeof country !== 'string' || !members.has(country))
    return notPermitted(
      `The claim "${names.country}" of your account must be the code of a country that has a part in this engine, such as SG.`,
    )
  if (another !== undefined)
    return notPermitted(`The claim "${names.role}" of your account names ${role} and ${another}. Each person must have one role.`)
  if (role === undefined || role === 'operator')
    return notPermitted(`The claim "${names.role}" of your account must be one of ${signInRoles.join(', ')}.`)
  const { [names.unit]: unitName } = claims
  const unit = specialUnits.find(known => known === unitName)
  if (unitName !== undefined && unitName !== '' && unit === undefined)
    return notPermitted(`The claim "${names.unit}" of your account must be one of ${specialUnits.join(', ')}, or be absent.`)
  const proof = proofOf(claims)
  return provedBy(claims, reader, { country, role, ...(proof ? { proof } : {}), ...(unit ? { unit } : {}) })
}

/** Adds the person, and when and how the person authenticated. */
function provedBy<S extends Pick<Session, 'country' | 'role' | 'proof' | 'unit'> | Pick<OperatorSession, 'role'>>(
  claims: Claims,
  { names, now, sessionMsMax }: ClaimsReader,
  membership: S,
): Result<S & Omit<OperatorSession, 'role'>, Refusal> {
  const { [names.person]: name, auth_time: provedAt, session_expiry: expiry } = claims
  // A claim that is absent gets the message about the name, not one about its type.
  const person = personSchema.safeParse(typeof name === 'string' ? name : '')
  if (!person.success) return notPermitted(`The claim "${names.person}" of your account ${person.error.issues[0]?.message}.`)
  const nowMs = now.getTime()
  const signedInMs = typeof provedAt === 'number' ? Math.min(provedAt * 1000, nowMs) : Number.NEGATIVE_INFINITY
  if (!(signedInMs >= 0))
    return notPermitted('The provider did not state when you signed in (auth_time). Ask the administrator of the provider.')
  const endsAtMs = Math.min(nowMs + sessionMsMax, typeof expiry === 'number' ? expiry * 1000 : Number.POSITIVE_INFINITY)
  if (!(endsAtMs > nowMs)) return notPermitted('Your session at the provider has ended (session_expiry). Sign in there again.')
  const methods = methodsOf(claims)
  return accepted({
    ...membership,
    // Names that differ in letter case only are one person (V17).
    person: person.data.toLowerCase(),
    signedInAt: new Date(signedInMs),
    endsAt: new Date(endsAtMs),
    ...(methods.length > 0 ? { how: methods } : {}),
  })
}

const notPermitted = (message: string): Result<never, Refusal> => refused({ code: 'NOT_PERMITTED', message })

/**
 * Identifies the account, not the person's name: a name can change, but issuer and subject of an account are never
 * reused.
 */
function proofOf({ iss, sub, acr, amr }: Claims): string | undefined {
  if (typeof iss !== 'string' || typeof sub !== 'string') return undefined
  const account = hash('sha256', JSON.stringify([iss, sub]), 'base64url')
  // Nine texts of 64 characters fit into the attribute, even if all must be escaped.
  const [methods, named] = [textsIn(amr).filter(isPrintable), textsIn([acr]).find(isPrintable)]
  return formatProof({
    by: 'signIn',
    account,
    ...(named === undefined ? {} : { acr: named }),
    ...(methods.length > 0 ? { amr: methods } : {}),
  })
}

/** The methods of RFC 8176, or else the authentication context class. */
function methodsOf({ amr, acr }: Claims): string[] {
  return textsIn(Array.isArray(amr) && amr.length > 0 ? amr : [acr])
}

const isPrintable = (text: string): boolean => /^[\x20-\x7e]+$/.test(text)

const textsIn = (values: unknown): string[] =>
  (Array.isArray(values) ? values : [])
    .filter(value => typeof value === 'string' && value !== '')
    .map(text => text.slice(0, methodLengthMax))
    .slice(0, methodsMax)
