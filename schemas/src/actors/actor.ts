import { z } from 'zod'
import { accepted, type Result, refused } from '../result.ts'

/** Who may hold a token, and the engine's own three voices. */
export const memberRoles = ['system', 'officer', 'institution', 'fiu', 'authority'] as const
export const engineRoles = ['validation', 'dispatch', 'clock'] as const
export type MemberRole = (typeof memberRoles)[number]
export type EngineRole = (typeof engineRoles)[number]

/** Roles that several persons of a country have. Of the others it has one system, or an institution some: what they do is the share of their side. */
export const isOfPersons = (role: MemberRole): boolean => role !== 'system' && role !== 'institution'

/** A person or system of a member country that proved who it is. `person` tells two officers apart (V17). */
export interface MemberActor {
  readonly country: string
  readonly role: MemberRole
  readonly person: string
  /** What proves that it is this person (actor-proof.ts); undefined where a key of its country has said so. */
  readonly proof?: string | undefined
}
export interface EngineActor {
  readonly country: 'holdfast'
  readonly role: EngineRole
  readonly person: string
}
export type Actor = MemberActor | EngineActor

/** CloudEvents attributes are plain strings, so an actor travels as `SG/officer/a.tan` or `holdfast/clock/ledger`. Where words are sealed a mark stands for the person: `SG/officer/~` and 32 hex digits (sealed-actor.ts). */
const actorPattern =
  /^(?:([A-Z]{2})\/(system|officer|institution|fiu|authority)|holdfast\/(validation|dispatch|clock))\/([A-Za-z0-9._@-]{1,64}|~[0-9a-f]{32})$/

export const actorSchema = z.string().regex(actorPattern, 'must be an actor, such as SG/officer/a.tan')

export const personSchema = z.string().regex(/^[A-Za-z0-9._@-]{1,64}$/, 'must be 1 to 64 letters, digits or . _ @ -')

export const formatActor = (actor: Actor): string => `${actor.country}/${actor.role}/${actor.person}`

/** The attributes of an event that say who acts, and what proves it. */
export interface ActsBy {
  readonly actor: string
  readonly actorproof?: string | undefined
}

/** Who acts, as an event says it. */
export const actsBy = (actor: MemberActor): ActsBy => ({
  actor: formatActor(actor),
  ...(actor.proof ? { actorproof: actor.proof } : {}),
})

/** An actor as `formatActor` writes it. Refused in words that quote at most a hundred characters of it. */
export function parseActor(text: string): Result<Actor, string> {
  const match = actorPattern.exec(text)
  if (!match) return refused(`"${text.slice(0, 100)}" is not an actor`)
  const [, country, memberRole, engineRole, person = ''] = match
  if (country && memberRole) return accepted({ country, role: memberRole as MemberRole, person })
  return accepted({ country: 'holdfast', role: engineRole as EngineRole, person })
}
