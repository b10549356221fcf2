import { createPublicKey, type KeyObject } from 'node:crypto'
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
import { hasSmallOrder } from './ed25519-order.ts'
import { problemsOfOwners } from './key-owners.ts'

const base64urlOf32Bytes = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be 32 bytes in base64url')
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
  x: base64urlOf32Bytes,
  alg: z.literal(['Ed25519', 'EdDSA'], 'must be Ed25519').optional(),
}
const p256Shape = {
  ...ofEveryKey,
  kty: z.literal('EC'),
  crv: z.literal('P-256', 'must be P-256'),
  x: base64urlOf32Bytes,
  y: base64urlOf32Bytes,
  alg: z.literal('ES256', 'must be ES256').optional(),
}
const noPrivatePart = z.undefined('is a private key: it has no place in a registry that is handed around').optional()
const publicKeySchema = z.discriminatedUnion(
  'kty',
  [z.strictObject({ ...ed25519Shape, d: noPrivatePart }), z.strictObject({ ...p256Shape, d: noPrivatePart })],
  'must be OKP (a key of Ed25519) or EC (one of P-256)',
)
/** A private key as a file of its own, for who signs with it. */
export const privateKeySchema = z.strictObject({ ...ed25519Shape, d: base64urlOf32Bytes })

export type PrivateKeyJwk = z.output<typeof privateKeySchema>
export type PublicKeyJwk = z.output<typeof publicKeySchema>

type RegisteredKey = Pick<PublicKeyJwk, 'kty' | 'crv' | 'x' | 'kid' | 'nbf' | 'exp'>

const keysSchema = <K extends z.ZodType<RegisteredKey>>(key: K, empty: string) =>
  z
    .array(key)
    .min(1, empty)
    .max(20)
    .superRefine((keys, context) => {
      const seen = new Set<string>()
      for (const [index, listed] of keys.entries()) {
        const { kid, nbf, exp } = listed
        if (seen.has(kid)) context.addIssue({ code: 'custom', path: [index, 'kid'], message: `${kid} is there twice` })
        seen.add(kid)
        if (nbf !== undefined && exp !== undefined && exp <= nbf)
          context.addIssue({ code: 'custom', path: [index, 'exp'], message: 'must be later than nbf' })
        if (listed.kty === 'OKP' && hasSmallOrder(Buffer.from(listed.x, 'base64url')))
          context.addIssue({ code: 'custom', path: [index, 'x'], message: 'is a point of small order: anybody could sign for it' })
        if (listed.kty === 'EC' && !isUsable(listed))
          context.addIssue({ code: 'custom', path: [index, 'x'], message: 'is no point of the curve' })
      }
    })

/** The keys of those who run the engine (RFC 7517): a JWKS of public keys. */
export const operatorsFileSchema = z.strictObject({ keys: keysSchema(publicKeySchema, 'a file of operators has at least one key') })
export type OperatorsFile = z.output<typeof operatorsFileSchema>

function isUsable(key: RegisteredKey): boolean {
  try {
    publicKeyOf(key)
    return true
  } catch {
    return false
  }
}

/** Throws where the numbers are no point of the curve. */
export const publicKeyOf = (key: RegisteredKey & { readonly y?: string }): KeyObject =>
  createPublicKey({ key: { kty: key.kty, crv: key.crv, x: key.x, ...(key.y === undefined ? {} : { y: key.y }) }, format: 'jwk' })

/** RFC 7517 and RFC 8037. Twenty keys are room for every system of a member and for the change of a key. */
const keySetSchema = <K extends z.ZodType<RegisteredKey>>(key: K, empty: string) => z.strictObject({ keys: keysSchema(key, empty) })

const ofEveryMember = <K extends z.ZodType<RegisteredKey>>(key: K) => ({
  country: countrySchema,
  name: nameSchema(140),
  /** Of the systems of the country: they speak for it in every role. */
  keys: keySetSchema(key, 'a member without a key can never prove who it is'),
})

const personsKeys = keySetSchema(publicKeySchema, 'a person without a key can never prove who it is')
/** Of one person, who is nobody else with it and in no other role. */
const registeredPersonSchema = z.strictObject({
  person: personSchema,
  roles: z.array(z.enum(memberRoles).exclude(['system', 'institution'])).min(1, 'a person has one role at least'),
  keys: personsKeys,
})

/** A bank, by the offices whose orders are its own. Its persons are for what two of them have to say. */
const registeredInstitutionSchema = z.strictObject({
  name: nameSchema(140),
  bics: z.array(bicSchema).min(1, 'an institution has one BIC at least').max(200),
  keys: keySetSchema(publicKeySchema, 'an institution without a key can never prove who it is'),
  persons: z
    .array(z.strictObject({ person: personSchema, keys: personsKeys }))
    .max(500)
    .optional(),
})

const registeredMemberSchema = z
  .strictObject({
    ...ofEveryMember(publicKeySchema),
    persons: z.array(registeredPersonSchema).max(2_000).optional(),
    institutions: z.array(registeredInstitutionSchema).max(2_000).optional(),
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
export const membersFileSchema = registryOf(registeredMemberSchema)
export type MembersFile = z.output<typeof membersFileSchema>
export type Member = MembersFile['members'][number]
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
  if (bytes.length > fileBytesMax) throw new RegistryError(path, [{ path: '', message: `larger than ${fileBytesMax} bytes` }])
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
