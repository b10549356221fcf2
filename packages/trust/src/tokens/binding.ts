import type { Refusal } from '@holdfast/schemas'
import { z } from 'zod'
import type { Bound } from '../registry/bound.ts'

const thumbprintSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const confirmationSchema = z
  .strictObject({ jkt: thumbprintSchema, 'x5t#S256': thumbprintSchema })
  .partial()
  .refine(({ jkt, 'x5t#S256': x5t }) => jkt !== undefined || x5t !== undefined)

/** To what a token is bound, as its claim `cnf` says (RFC 7800): the thumbprint of a key (RFC 9449, 6.1), of a certificate (RFC 8705, 3.1), or of both. */
export type Confirmation = z.output<typeof confirmationSchema>

/** A token as it came, and whether its sender says that it is bound to a key, of which a proof comes with it. */
export interface SentToken {
  readonly token: string
  readonly isDpop: boolean
}

/** A token that is right, of which its sender has to show that it holds what the token is bound to. */
export interface BoundToken {
  readonly token: string
  readonly bound: Confirmation
  /** Whose it is, such as `SG/officer`. */
  readonly side: string
  /** Which of those that share this side: a person, or an institution by its BIC; undefined of a country's own systems. */
  readonly who?: string | undefined
}

/**
 * Why what came with a token does not show that its sender holds what that is bound to; undefined where it does. Called at
 * every use of the token.
 */
export type Holding = (token: BoundToken) => Promise<Refusal | undefined>

const unauthenticated = (message: string): Refusal => ({ code: 'UNAUTHENTICATED', message })
const ofToken = (message: string): Refusal => ({ ...unauthenticated(message), dpopError: 'invalid_token' })

const notUnderstood = unauthenticated('the token is bound to something that is not known here (cnf): a jkt and an x5t#S256 are')
const needsKey = ofToken(
  'the registry binds tokens of this key to a key of who sends them (dpop), and this one (cnf, jkt) is bound to none',
)
const needsCertificate = unauthenticated(
  'the registry binds tokens of this key to a certificate of who sends them (mtls), and this one (cnf, x5t#S256) is bound to none',
)
const byRecord = unauthenticated(
  'tokens that are bound to a key or a certificate are taken by HTTP alone: nothing in a record shows that its sender holds it',
)
const asBearer = ofToken('the token is bound to a key (cnf, jkt): send it as "Authorization: DPoP TOKEN", with a proof in the header DPoP')
const toNoKey = unauthenticated('the token is bound to no key (cnf, jkt): send it as "Authorization: Bearer TOKEN"')

/** What the claim says; a refusal where it says anything that is not known, as then nothing holds the token to it. Undefined without one. */
export function confirmationIn(cnf: unknown): Confirmation | Refusal | undefined {
  if (cnf === undefined) return undefined
  const parsed = confirmationSchema.safeParse(cnf)
  return parsed.success ? parsed.data : notUnderstood
}

export const isRefusal = (value: Confirmation | Refusal | undefined): value is Refusal => value !== undefined && 'code' in value

/** Why the registry does not take a token as it is bound; undefined where it does. */
export function refusalOfUnbound(
  asked: Bound | undefined,
  bound: Confirmation | undefined,
  holding: Holding | undefined,
): Refusal | undefined {
  if (asked === undefined || asked === 'no') return undefined
  // Tokens by Kafka cannot be bound.
  if (!holding) return byRecord
  if (asked === 'dpop') return bound?.jkt === undefined ? needsKey : undefined
  return bound?.['x5t#S256'] === undefined ? needsCertificate : undefined
}

/** Why this use of a token is not by who holds what it is bound to; undefined where it is. Not called for one that is bound to nothing and was sent as a bearer token. */
export async function refusalOfUse(
  { token, isDpop }: SentToken,
  bound: Confirmation | undefined,
  user: Pick<BoundToken, 'side' | 'who'>,
  holding: Holding | undefined,
): Promise<Refusal | undefined> {
  if (bound && !holding) return byRecord
  if (isDpop && bound?.jkt === undefined) return toNoKey
  if (!isDpop && bound?.jkt !== undefined) return asBearer
  return bound && holding?.({ token, bound, ...user })
}
