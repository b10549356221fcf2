import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { memberCountries, subBureaus } from '@holdfast/countries'
import { generalSecretariat, type MemberActor } from '@holdfast/schemas'
import { publishFile } from './publish-file.ts'
import { makeKey } from './registry/make-key.ts'
import { type DevelopmentKeys, developmentKeysSchema, type MembersFile, type PrivateKeyJwk, readRegistry } from './registry/members.ts'
import { actLifeMaxSeconds, type SignTokenOptions, signToken } from './tokens/tokens.ts'

export const membersFileName = 'members.json'
export const developmentKeysFileName = 'development-keys.json'

export interface DevelopmentMembers {
  readonly membersPath: string
  /** True for the one process that made the keys: it must say loudly that any reader of them can act for every country. */
  readonly justMade: boolean
}

/**
 * Makes a registry of all reachable countries and the General Secretariat, with a key for each, unless the directory has a registry: one that is there is never touched, development keys or not.
 * Safe when several processes start at once, and after one that died half way: the private keys are published first, whole and by one
 * process only, and the registry is what follows from them, the same bytes from each process. Takes 25 ms for the 208 of them.
 */
export function ensureDevelopmentMembers(dataDir: string): DevelopmentMembers {
  const membersPath = join(dataDir, membersFileName)
  if (existsSync(membersPath)) return { membersPath, justMade: false }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const keysPath = join(dataDir, developmentKeysFileName)
  const justMade = !existsSync(keysPath) && publishFile(keysPath, textOf(makeKeys()), 0o600)
  publishFile(membersPath, textOf(publicPartOf(readRegistry(keysPath, developmentKeysSchema))), 0o600)
  return { membersPath, justMade }
}

export interface DevelopmentTokenOptions extends MemberActor, Pick<SignTokenOptions, 'bound'> {
  /** Default ten minutes, the most that one may live which acts. */
  readonly ttlSeconds?: number
  readonly now?: Date
}

/**
 * A token of a member country, signed with the development keys of the directory. Throws when there are none there, or none of that country:
 * then the engine has a real registry, and tokens come from the member.
 */
export const developmentToken = async (dataDir: string, options: DevelopmentTokenOptions): Promise<string> =>
  createDevelopmentTokens(dataDir)(options)

/** The same for who makes many: the keys are read once, which takes some milliseconds, and a token is signed in a tenth of one. */
export function createDevelopmentTokens(dataDir: string): (options: DevelopmentTokenOptions) => Promise<string> {
  const keyOf = developmentKeys(dataDir)
  return async ({ country, role, person, bound, ttlSeconds = actLifeMaxSeconds, now = new Date() }) => {
    const key = keyOf(country)
    return signToken({ actor: { country, role, person }, key, kid: key.kid, ttlSeconds, now, bound })
  }
}

/** The private keys of members as an engine made them for its development, which throws for a country that has none. Throws where there are none there. */
export function developmentKeys(dataDir: string): (country: string) => PrivateKeyJwk {
  const path = join(dataDir, developmentKeysFileName)
  if (!existsSync(path)) throw new Error(`${path} is not there: an engine makes it when it starts for the first time on this directory`)
  const { members } = readRegistry(path, developmentKeysSchema)
  return country => {
    const key = members.find(member => member.country === country)?.keys.keys[0]
    if (!key) throw new Error(`${path} has no key of ${country}: it is not a reachable country`)
    return key
  }
}

function makeKeys(): DevelopmentKeys {
  const names = new Intl.DisplayNames('en', { type: 'region' })
  const members = [...memberCountries, ...subBureaus.keys(), generalSecretariat].sort().map(country => {
    const { privateKey } = makeKey(`${country.toLowerCase()}-development`)
    const name = country === generalSecretariat ? 'INTERPOL General Secretariat' : (names.of(country) ?? country)
    return { country, name, keys: { keys: [privateKey] } }
  })
  return { members }
}

const publicPartOf = ({ members }: DevelopmentKeys): MembersFile => ({
  members: members.map(member => ({ ...member, keys: { keys: member.keys.keys.map(({ d: _private, ...key }) => key) } })),
})

const textOf = (content: unknown): string => `${JSON.stringify(content, undefined, 2)}\n`
