import { createPublicKey, hash, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  bicSchema,
  countrySchema,
  memberRoles,
  nameSchema,
  type Problem,
  parseForeignBytes,
  parseWith,
  personSchema,
} from '@holdfast/schemas'
import { z } from 'zod'
import { boundSchema } from './bound.ts'
import { hasSmallOrder, isCanonicalPoint } from './ed25519-order.ts'
import { keyNumberSchema, keyTextOf } from './key-numbers.ts'
import { keysOfMember, problemsOfOwners } from './key-owners.ts'

const instantSchema = z.number().int().min(0).max(253_402_300_799)

const ofEveryKey = {
  kid: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 letters, digits or . _ -'),
  use: z.literal('sig', 'must be sig').optional(),
  /** Before this it verifies nothing, and from `exp` on nothing more: seconds since 1970, as in a historical key of OpenID Federation 1.0. */
  nbf: instantSchema.optional(),
  exp: instantSchema.optional(),
}
const ed25519Shape = {
  ...ofEveryKey,
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519', 'must be Ed25519'),
  x: keyNumberSchema,
  alg: z.literal(['Ed25519', 'EdDSA'], 'must be Ed25519').optional(),
}
const p256Shape = {
  ...ofEveryKey,
  kty: z.literal('EC'),
  crv: z.literal('P-256', 'must be P-256'),
  x: keyNumberSchema,
  y: keyNumberSchema,
  alg: z.literal('ES256', 'must be ES256').optional(),
}
const noPrivatePart = z.undefined('is a private key: it has no place in a registry that is handed around').optional()
const publicKeySchema = z.discriminatedUnion(
  'kty',
  [z.strictObject({ ...ed25519Shape, d: noPrivatePart }), z.strictObject({ ...p256Shape, d: noPrivatePart })],
  'must be OKP (a key of Ed25519) or EC (one of P-256)',
)
/** A private key as a file of its own, for who signs with it. */
export const privateKeySchema = z.strictObject({ ...ed25519Shape, d: keyNumberSchema })

export type PrivateKeyJwk = z.output<typeof privateKeySchema>
export type PublicKeyJwk = z.output<typeof publicKeySchema>
/** What a public key is made of. */
export type PublicKeyNumbers =
  | Pick<Extract<PublicKeyJwk, { kty: 'OKP' }>, 'kty' | 'crv' | 'x'>
  | Pick<Extract<PublicKeyJwk, { kty: 'EC' }>, 'kty' | 'crv' | 'x' | 'y'>

type RegisteredKey = Pick<PublicKeyJwk, 'kty' | 'crv' | 'x' | 'kid' | 'nbf' | 'exp'>
type KeyNumbers = Pick<RegisteredKey, 'kty' | 'crv' | 'x'> & { readonly y?: string }

const keysSchema = <K extends z.ZodType<RegisteredKey>>(key: K, empty: string) =>
  z
    .array(key)
    .min(1, empty)
    .max(20)
    .superRefine((keys, context) => {
      const seen = new Set<string>()
      const seenKeys = new Set<string>()
      for (const [index, listed] of keys.entries()) {
        const { kid, nbf, exp } = listed
        if (seenKeys.has(keyTextOf(listed)))
          context.addIssue({ code: 'custom', path: [index, 'x'], message: 'is the key of another entry here: list each key once' })
        seenKeys.add(keyTextOf(listed))
        if (seen.has(kid)) context.addIssue({ code: 'custom', path: [index, 'kid'], message: `${kid} is there twice` })
        seen.add(kid)
        if (nbf !== undefined && exp !== undefined && exp <= nbf)
          context.addIssue({ code: 'custom', path: [index, 'exp'], message: 'must be later than nbf' })
        if (listed.kty === 'OKP' && hasSmallOrder(Buffer.from(listed.x, 'base64url')))
          context.addIssue({ code: 'custom', path: [index, 'x'], message: 'is a point of small order: any person could sign for it' })
        if (listed.kty === 'OKP' && !isCanonicalPoint(Buffer.from(listed.x, 'base64url')))
          context.addIssue({ code: 'custom', path: [index, 'x'], message: 'is not the canonical encoding of a point (RFC 8032, 5.1.3)' })
        if (listed.kty === 'EC' && !isUsable(listed))
          context.addIssue({ code: 'custom', path: [index, 'x'], message: 'is no point of the curve' })
      }
    })

/** The keys of the operators (RFC 7517): a JWKS of public keys. */
export const operatorsFileSchema = z.strictObject({ keys: keysSchema(publicKeySchema, 'a file of operators has at least one key') })
export type OperatorsFile = z.output<typeof operatorsFileSchema>

function isUsable(key: KeyNumbers): boolean {
  try {
    publicKeyOf(key)
    return true
  } catch {
    return false
  }
}

/** Whether only who has its private part can sign for a key. */
export function isUsableKey(key: KeyNumbers): boolean {
  if (key.kty !== 'OKP') return isUsable(key)
  const point = Buffer.from(key.x, 'base64url')
  return !hasSmallOrder(point) && isCanonicalPoint(point)
}

/** The thumbprint of a key (RFC 7638): of the numbers that it is made of, in the order of their names. */
export const thumbprintOf = (jwk: PublicKeyNumbers): string =>
  hash('sha256', JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, ...(jwk.kty === 'EC' ? { y: jwk.y } : {}) }), 'base64url')

/** Throws where the numbers are no point of the curve. */
export const publicKeyOf = (key: KeyNumbers): KeyObject =>
  createPublicKey({ key: { kty: key.kty, crv: key.crv, x: key.x, ...(key.y === undefined ? {} : { y: key.y }) }, format: 'jwk' })

/** RFC 7517 and RFC 8037. Twenty keys are enough for every system of a member and for the change of a key. */
const keySetSchema = <K extends z.ZodType<RegisteredKey>>(key: K, empty: string) => z.strictObject({ keys: keysSchema(key, empty) })

const ofEveryMember = <K extends z.ZodType<RegisteredKey>>(key: K) => ({
  country: countrySchema,
  name: nameSchema(140),
  /** Of all its keys, but of those of whom that is said otherwise. */
  bound: boundSchema.optional(),
  /** Of the systems of the country: they speak for it in every role. */
  keys: keySetSchema(key, 'a member without a key can never prove who it is'),
})

/** The name by which brokers know a principal: a user of SASL/SCRAM, or what the subject of a certificate stands for there. */
const principalSchema = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 letters, digits or . _ -')

/** Whether all that it sends as events is signed (ADR 61): then an event with a token is refused. HTTP requests need no signature. */
const signs = z.boolean().optional()

const personsKeys = keySetSchema(publicKeySchema, 'a person without a key can never prove who it is')
/** Of one person: with it, that person acts under no other name and in no other role. */
const registeredPersonSchema = z.strictObject({
  person: personSchema,
  roles: z.array(z.enum(memberRoles).exclude(['system', 'institution'])).min(1, 'a person has one role at least'),
  bound: boundSchema.optional(),
  keys: personsKeys,
  signs,
})

/** A bank, by the offices whose orders are its own. Its persons are for what two of them have to say. */
const registeredInstitutionSchema = z.strictObject({
  name: nameSchema(140),
  bics: z.array(bicSchema).min(1, 'an institution has one BIC at least').max(200),
  /** Of its keys and those of its persons. */
  bound: boundSchema.optional(),
  keys: keySetSchema(publicKeySchema, 'an institution without a key can never prove who it is'),
  persons: z
    .array(z.strictObject({ person: personSchema, bound: boundSchema.optional(), keys: personsKeys, signs }))
    .max(500)
    .optional(),
  signs,
  /** By it the institution answers by Kafka. Its orders it has by HTTP: the topic has those of others too. */
  kafka: principalSchema.optional(),
})

const registeredMemberSchema = z
  .strictObject({
    ...ofEveryMember(publicKeySchema),
    persons: z.array(registeredPersonSchema).max(2_000).optional(),
    institutions: z.array(registeredInstitutionSchema).max(2_000).optional(),
    /** Of the systems of the country, and of what has the orders for all of its institutions. */
    kafka: z.strictObject({ system: principalSchema.optional(), institutions: principalSchema.optional() }).optional(),
    signs,
  })
  .superRefine((member, context) => {
    for (const { path, message } of problemsOfOwners(member)) context.addIssue({ code: 'custom', path, message })
  })

const registryOf = <M extends z.ZodType<{ country: string }>>(member: M) =>
  z.strictObject({
    members: z
      .array(member)
      .max(300)
      .superRefine((members, context) => {
        const seen = new Set<string>()
        for (const [index, { country }] of members.entries()) {
          if (seen.has(country)) context.addIssue({ code: 'custom', path: [index, 'country'], message: `${country} is there twice` })
          seen.add(country)
        }
      }),
  })

/** The registry file: who the members are and which keys speak for them. It holds public keys only. */
export const membersFileSchema = registryOf(registeredMemberSchema).superRefine(({ members }, context) => {
  const seen = new Set<string>()
  const countryOfKey = new Map<string, string>()
  for (const [index, member] of members.entries()) {
    for (const { jwk, path } of keysOfMember(member)) {
      const country = countryOfKey.get(keyTextOf(jwk))
      // Within one member it is reported there.
      if (country !== undefined && country !== member.country)
        context.addIssue({
          code: 'custom',
          path: ['members', index, ...path, 'x'],
          message: `is a key of ${country} too: each has its own`,
        })
      countryOfKey.set(keyTextOf(jwk), member.country)
    }
    for (const { name, path } of principalsOf(member)) {
      if (seen.has(name)) context.addIssue({ code: 'custom', path: ['members', index, ...path], message: `${name} is there twice` })
      seen.add(name)
    }
  }
})
export type MembersFile = z.output<typeof membersFileSchema>
export type Member = MembersFile['members'][number]
/** A principal of a member, with its name at the brokers. */
export interface RegisteredPrincipal {
  readonly name: string
  readonly as: 'system' | 'institutions' | 'institution'
  /** Where it stands in the entry of its member. */
  readonly path: readonly (string | number)[]
}

/** Whom of a member brokers know, each by a name of its own. */
export function principalsOf({ kafka, institutions = [] }: z.output<typeof registeredMemberSchema>): RegisteredPrincipal[] {
  return [
    ...(['system', 'institutions'] as const).flatMap(as => (kafka?.[as] === undefined ? [] : { name: kafka[as], as, path: ['kafka', as] })),
    ...institutions.flatMap(({ kafka: name }, n) =>
      name === undefined ? [] : { name, as: 'institution' as const, path: ['institutions', n, 'kafka'] },
    ),
  ]
}

export type RegisteredInstitution = NonNullable<Member['institutions']>[number]
/** The members by their country. */
export type Members = Pick<ReadonlyMap<string, Member>, 'get' | 'has' | 'values'>

/** The same with private keys, for development alone. */
export const developmentKeysSchema = registryOf(z.strictObject(ofEveryMember(privateKeySchema)))
export type DevelopmentKeys = z.output<typeof developmentKeysSchema>

/** Thrown for a registry that can't be read or is not right; the message lists every problem, one a line. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  readonly problems: readonly Problem[]
  constructor(path: string, problems: readonly Problem[]) {
    super(`${path} is not a usable registry:\n${problems.map(problem => `  ${problem.path || '/'}: ${problem.message}`).join('\n')}`)
    this.problems = problems
  }
}

/** 300 members with 20 keys each take 1 MB. */
const fileBytesMax = 4_000_000

/** Reads a registry file of the given schema. Throws RegistryError, and what the file system throws when there is no such file. */
export function readRegistry<S extends z.ZodType>(path: string, schema: S): z.output<S> {
  const bytes = readFileSync(path)
  if (bytes.length > fileBytesMax)
    throw new RegistryError(path, [{ code: 'TOO_LONG', path: '', message: `larger than ${fileBytesMax} bytes` }])
  const json = parseForeignBytes(bytes)
  const parsed = json.ok ? parseWith(schema, json.value) : json
  if (!parsed.ok) throw new RegistryError(path, parsed.error)
  return parsed.value
}

/** The members of a registry file, by country. Throws RegistryError with every problem named. */
export function loadMembers(path: string): ReadonlyMap<string, Member> {
  const { members } = readRegistry(path, membersFileSchema)
  return new Map(members.map(member => [member.country, member]))
}
