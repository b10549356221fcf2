import { readFileSync } from 'node:fs'
import { countrySchema, nameSchema, type Problem, parseForeignBytes, parseWith } from '@holdfast/schemas'
import { z } from 'zod'

const base64urlOf32Bytes = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be 32 bytes in base64url')

const keyShape = {
  kty: z.literal('OKP', 'must be OKP: keys are Ed25519'),
  crv: z.literal('Ed25519', 'must be Ed25519'),
  x: base64urlOf32Bytes,
  kid: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 letters, digits or . _ -'),
  alg: z.literal(['EdDSA', 'Ed25519'], 'must be EdDSA').optional(),
  use: z.literal('sig', 'must be sig').optional(),
}
const publicKeySchema = z.strictObject({
  ...keyShape,
  d: z.undefined('is a private key: it has no place in a registry that is handed around').optional(),
})
/** A private key as a file of its own, for who signs with it. */
export const privateKeySchema = z.strictObject({ ...keyShape, d: base64urlOf32Bytes })

export type PrivateKeyJwk = z.output<typeof privateKeySchema>
export type PublicKeyJwk = z.output<typeof publicKeySchema>

const keysSchema = <K extends z.ZodType<{ kid: string }>>(key: K, empty: string) =>
  z
    .array(key)
    .min(1, empty)
    .max(20)
    .superRefine((keys, context) => {
      const seen = new Set<string>()
      for (const [index, { kid }] of keys.entries()) {
        if (seen.has(kid)) context.addIssue({ code: 'custom', path: [index, 'kid'], message: `${kid} is there twice` })
        seen.add(kid)
      }
    })

/** The keys of those who run the engine (RFC 7517): a JWKS of public keys. */
export const operatorsFileSchema = z.strictObject({ keys: keysSchema(publicKeySchema, 'a file of operators has at least one key') })
export type OperatorsFile = z.output<typeof operatorsFileSchema>

/** RFC 7517 and RFC 8037. Twenty keys are room for every system of a member and for the change of a key. */
const registrySchemaOf = <K extends z.ZodType<{ kid: string }>>(key: K) =>
  z.strictObject({
    members: z
      .array(
        z.strictObject({
          country: countrySchema,
          name: nameSchema(140),
          keys: z.strictObject({
            keys: keysSchema(key, 'a member without a key can never prove who it is'),
          }),
        }),
      )
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
export const membersFileSchema = registrySchemaOf(publicKeySchema)
export type MembersFile = z.output<typeof membersFileSchema>
export type Member = MembersFile['members'][number]
/** The members by their country. */
export type Members = ReadonlyMap<string, Member>

/** The same with private keys, for development alone. */
export const developmentKeysSchema = registrySchemaOf(privateKeySchema)
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
export function loadMembers(path: string): Members {
  const { members } = readRegistry(path, membersFileSchema)
  return new Map(members.map(member => [member.country, member]))
}
