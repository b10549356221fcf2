import { accepted, formatProof, type MemberRole, memberRoles, personSchema, type Refusal, type Result } from '@holdfast/schemas'
import { z } from 'zod'
import { type KeyOwner, keysOfMember, personsOfMember } from '../registry/key-owners.ts'
import { type Members, thumbprintOf } from '../registry/members.ts'
import type { Registry } from '../registry/registry.ts'
import type { VerifyingKey } from './jws.ts'
import { type Credential, unauthenticatedBy, verifyingKeyOf } from './jwt.ts'

// Which key may act for which principal, for tokens and signed events alike.

/** The most removed keys that are remembered, at about 300 bytes each: more than change between two starts. */
const formerMax = 1_000

/** A registered key and its owner. */
export interface OwnedVerifyingKey extends VerifyingKey {
  readonly country: string
  readonly owner: KeyOwner
  /** The assurance of the person; undefined for a system's key. */
  readonly proof: string | undefined
}

/** What a token or a signed event says of who speaks. */
export const senderClaims = { iss: z.string(), sub: personSchema, role: z.enum(memberRoles), exp: z.number(), iat: z.number() }

interface Claimed {
  readonly iss: string
  readonly sub: string
  readonly role: MemberRole
}

export interface MemberKeys {
  /** The one key that may verify what claims to be of this country, by a key that it has by this name. */
  registered(country: unknown, kid: unknown): OwnedVerifyingKey | undefined
  /** One that has left the registry since this process was started: only a sender that still signs with it learns what is wrong. */
  former(country: unknown, kid: unknown): VerifyingKey | undefined
  /** The person that the owner of the key may speak as, in small letters: two spellings of one name are one person (V17). */
  personOf(key: OwnedVerifyingKey, claimed: Claimed): Result<string, Refusal>
}

/** Why a key is refused. */
export const keyRefusals = (what: Credential = 'token') => ({
  // The same words for an unknown country, an unknown key and a wrong signature: they tell a stranger nothing about the registry.
  notSigned: unauthenticatedBy(what, 'the token is not signed by a key of the member it names'),
  // These two are for who has the key alone: its signature is checked first.
  revoked: unauthenticatedBy(what, 'the key that signed the token is registered no more: sign with one that is'),
  forAnotherTime: unauthenticatedBy(
    what,
    'the key that signed the token is registered for another time (its nbf and exp): sign with one that is for now',
  ),
  ofAnotherPerson: unauthenticatedBy(what, 'the key that signed the token is of one person, and the token (sub) is of another'),
  ofAnotherRole: unauthenticatedBy(what, 'the token is of a role (role) that the registry does not give to who has its key'),
  hasOwnKey: unauthenticatedBy(
    what,
    'the person that the token names (sub) has a key of its own in the registry, and no other speaks for it',
  ),
})

/** @param onChange called when the registry has changed, once its keys are those that count. */
export function createMemberKeys(
  members: Members | Registry,
  { ofAnotherPerson, ofAnotherRole, hasOwnKey }: ReturnType<typeof keyRefusals>,
  onChange: () => void = () => {},
): MemberKeys {
  let keys = keysOf(members)
  let persons = personsOf(members)
  const former = createFormerKeys()
  if ('onChange' in members)
    members.onChange(() => {
      const next = keysOf(members)
      former.note(keys, next)
      keys = next
      persons = personsOf(members)
      onChange()
    })
  return {
    registered: (country, kid) => keyIn(keys, country, kid),
    former: (country, kid) => keyIn(former.keys, country, kid),
    personOf({ owner }, { iss, sub, role }) {
      const person = sub.toLowerCase()
      if (owner.person !== undefined && owner.person !== person) return ofAnotherPerson
      if (owner.person === undefined && persons.get(iss)?.has(person)) return hasOwnKey
      if (owner.roles && !owner.roles.includes(role)) return ofAnotherRole
      return accepted(person)
    },
  }
}

const keyName = (country: string, kid: string) => `${country}/${kid}`

const keyIn = <K>(keys: ReadonlyMap<string, K>, country: unknown, kid: unknown): K | undefined =>
  typeof country === 'string' && typeof kid === 'string' ? keys.get(keyName(country, kid)) : undefined

function keysOf(members: Members): Map<string, OwnedVerifyingKey> {
  const keys = new Map<string, OwnedVerifyingKey>()
  for (const member of members.values())
    for (const { jwk, owner } of keysOfMember(member)) {
      const proof = owner.person === undefined ? undefined : formatProof({ by: 'key', thumbprint: thumbprintOf(jwk) })
      keys.set(keyName(member.country, jwk.kid), { ...verifyingKeyOf(jwk), country: member.country, owner, proof })
    }
  return keys
}

/** By country, who has a key of its own. */
const personsOf = (members: Members): ReadonlyMap<string, ReadonlySet<string>> =>
  new Map([...members.values()].map(member => [member.country, personsOfMember(member)]))

function createFormerKeys() {
  const keys = new Map<string, VerifyingKey>()
  return {
    keys: keys as ReadonlyMap<string, VerifyingKey>,
    note(before: ReadonlyMap<string, VerifyingKey>, now: ReadonlyMap<string, VerifyingKey>): void {
      for (const [name, key] of before) if (now.get(name)?.x !== key.x) keys.set(name, key)
      for (const [name, { x }] of now) if (keys.get(name)?.x === x) keys.delete(name)
      for (const oldest of keys.keys()) {
        if (keys.size <= formerMax) return
        keys.delete(oldest)
      }
    },
  }
}
