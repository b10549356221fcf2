import { type MemberRole, officeOf } from '@holdfast/schemas'
import type { Bound } from './bound.ts'
import { keyTextOf } from './key-numbers.ts'

/** The systems of a country, one person of it, or an institution: its systems, or one person of it. */
export interface KeyOwner {
  /** Whom alone the key speaks for, in small letters; undefined of a system, which says itself who speaks. */
  readonly person: string | undefined
  /** In which roles alone; undefined of the systems of a country, which speak in each. */
  readonly roles: readonly MemberRole[] | undefined
  /** Of an institution: its offices. */
  readonly bics: readonly string[] | undefined
  /** To what its tokens have to be bound, if to anything. */
  readonly bound: Bound | undefined
  /** What it sends as events it signs: so its own entry says, or that which has it. */
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
  /** Undefined where it is as of those to whom it belongs. */
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
  /** Where it stands in the entry of its member. */
  readonly path: readonly (string | number)[]
}

/** Every key that speaks for a member, with whose it is. Who signs, so do all whom it has. */
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

/** The persons that have keys of their own, in small letters: no other key speaks for them. */
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

/** What can't be of two owners: a key or its name, as nobody would know who has signed; a person's name, as two would be one (V17); an office, as both would answer its orders. */
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
    // Within one set it is said there.
    if (isKidTwice(jwk.kid, owner)) problems.push({ path: [...path, 'kid'], message: `${jwk.kid} is there twice` })
    if (isKeyTwice(keyTextOf(jwk), owner))
      problems.push({ path: [...path, 'x'], message: 'is the key of somebody else here too: each has one of its own' })
  }
  const [names, offices] = [new Set<string>(), new Set<string>()]
  const noteName = (person: string, path: (string | number)[]) => {
    if (names.has(person.toLowerCase())) problems.push({ path, message: `${person} is there twice: two persons have two names` })
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
