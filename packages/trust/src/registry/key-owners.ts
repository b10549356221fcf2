import { type MemberRole, officeOf } from '@holdfast/schemas'
import type { Bound } from './bound.ts'
import { keyTextOf } from './key-numbers.ts'

/** The owner of a key: a country's systems or one of its persons, or an institution's systems or one of its persons. */
export interface KeyOwner {
  /** The only person that the key may act for, in lower case. Undefined for a system, which names the actor itself. */
  readonly person: string | undefined
  /** The only roles; undefined for a country's systems, which may use each. */
  readonly roles: readonly MemberRole[] | undefined
  /** For an institution: its offices. */
  readonly bics: readonly string[] | undefined
  /** What its tokens must be bound to, if anything. */
  readonly bound: Bound | undefined
  /** Whether its events must be signed, by its own entry or its parent's. */
  readonly signs?: true
}

interface NamedKey {
  readonly kid: string
  readonly crv: string
  readonly x: string
}
interface KeySet<K> {
  readonly keys: readonly K[]
}
interface WithBound {
  /** Undefined if inherited. */
  readonly bound?: Bound | undefined
}
interface KeysOfPerson<K> extends WithBound, MaySign {
  readonly person: string
  readonly keys: KeySet<K>
}
interface MaySign {
  readonly signs?: boolean | undefined
}

/** What of a member's entry in the registry says whose its keys are. */
export interface RegisteredKeys<K> extends WithBound, MaySign {
  readonly keys: KeySet<K>
  readonly persons?: ReadonlyArray<KeysOfPerson<K> & { readonly roles: readonly MemberRole[] }> | undefined
  readonly institutions?:
    | ReadonlyArray<
        WithBound &
          MaySign & {
            readonly bics: readonly string[]
            readonly keys: KeySet<K>
            readonly persons?: ReadonlyArray<KeysOfPerson<K>> | undefined
          }
      >
    | undefined
}

export interface OwnedKey<K> {
  readonly jwk: K
  readonly owner: KeyOwner
  /** Its JSON pointer in the member's entry. */
  readonly path: readonly (string | number)[]
}

/** Every key of a member with its owner. A signing requirement also applies to everything below. */
export function* keysOfMember<K extends NamedKey>({
  bound,
  signs,
  keys,
  persons = [],
  institutions = [],
}: RegisteredKeys<K>): Generator<OwnedKey<K>> {
  const systems = signing({ person: undefined, roles: undefined, bics: undefined, bound }, signs)
  yield* owned(keys.keys, systems, [])
  for (const [i, { person, roles, keys: own, bound: ofPerson = bound, signs: does }] of persons.entries())
    yield* owned(own.keys, signing({ ...systems, person: person.toLowerCase(), roles, bound: ofPerson }, does), ['persons', i])
  for (const [i, { bics, keys: own, persons: itsPersons = [], bound: ofInstitution = bound, signs: does }] of institutions.entries()) {
    const owner = signing({ ...systems, roles: ['institution'], bics, bound: ofInstitution }, does)
    yield* owned(own.keys, owner, ['institutions', i])
    for (const [n, { person, keys: hers, bound: ofPerson = ofInstitution, signs: she }] of itsPersons.entries())
      yield* owned(hers.keys, signing({ ...owner, person: person.toLowerCase(), bound: ofPerson }, she), ['institutions', i, 'persons', n])
  }
}

const signing = (owner: KeyOwner, signs: boolean | undefined): KeyOwner => (signs ? { ...owner, signs: true } : owner)

function* owned<K>(keys: readonly K[], owner: KeyOwner, path: OwnedKey<K>['path']): Generator<OwnedKey<K>> {
  for (const [n, jwk] of keys.entries()) yield { jwk, owner, path: [...path, 'keys', 'keys', n] }
}

/** The persons with keys of their own, in lower case: no other key may act for them. */
export const personsOfMember = (member: RegisteredKeys<NamedKey>): ReadonlySet<string> =>
  new Set([...keysOfMember(member)].flatMap(({ owner }) => owner.person ?? []))

interface Offices {
  readonly bics: readonly string[]
}
interface WithInstitutions<I> {
  readonly institutions?: readonly I[] | undefined
}

/** The institution that has the orders of an office: the one that is registered for the branch, else for its head office. */
export function institutionFor<I extends Offices>(member: WithInstitutions<I> | undefined, bic: string): I | undefined {
  const all = member?.institutions ?? []
  const has = (office: string) => all.find(({ bics }) => bics.some(each => officeOf(each) === office))
  return has(officeOf(bic)) ?? has(bic.slice(0, 8))
}

/** Whether who speaks for these offices has the orders of this one: a branch that is registered by itself is not its head office's. */
export function actsForOffice(member: WithInstitutions<Offices> | undefined, bics: readonly string[], bic: string): boolean {
  return institutionFor(member, bic)?.bics.some(each => bics.includes(each)) ?? false
}

interface Problem {
  readonly path: (string | number)[]
  readonly message: string
}

/**
 * What can't be of two owners: a key or its name, as the signer would be unknown; a person's name, as two would be one
 * (V17); an office, as both would answer its orders.
 */
export function problemsOfOwners(member: RegisteredKeys<NamedKey>): Problem[] {
  const problems: Problem[] = []
  const twice = () => {
    const seen = new Map<string, KeyOwner>()
    return (value: string, owner: KeyOwner): boolean => {
      const before = seen.get(value)
      if (!before) seen.set(value, owner)
      return before !== undefined && before !== owner
    }
  }
  const [isKidTwice, isKeyTwice] = [twice(), twice()]
  for (const { jwk, owner, path } of keysOfMember(member)) {
    // Duplicates in one set are reported there.
    if (isKidTwice(jwk.kid, owner)) problems.push({ path: [...path, 'kid'], message: `${jwk.kid} is there twice` })
    if (isKeyTwice(keyTextOf(jwk), owner))
      problems.push({ path: [...path, 'x'], message: 'is the key of another owner here too: each has one of its own' })
  }
  const [names, offices] = [new Set<string>(), new Set<string>()]
  const noteName = (person: string, path: (string | number)[]) => {
    if (names.has(person.toLowerCase())) problems.push({ path, message: `${person} is there twice: each person has a name of its own` })
    names.add(person.toLowerCase())
  }
  for (const [i, { person }] of (member.persons ?? []).entries()) noteName(person, ['persons', i, 'person'])
  for (const [i, { bics, persons = [] }] of (member.institutions ?? []).entries()) {
    for (const [n, bic] of bics.entries()) {
      if (offices.has(officeOf(bic))) problems.push({ path: ['institutions', i, 'bics', n], message: `${bic} is there twice` })
      offices.add(officeOf(bic))
    }
    for (const [n, { person }] of persons.entries()) noteName(person, ['institutions', i, 'persons', n, 'person'])
  }
  return problems
}
