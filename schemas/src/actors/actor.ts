import { z } from 'zod'
import { accepted, type Result, refused } from '../result.ts'

/** Roles that can hold a token, and the three roles of the engine's services. */
export const memberRoles = ['system', 'officer', 'institution', 'fiu', 'authority'] as const
export const engineRoles = ['validation', 'dispatch', 'clock'] as const
export type MemberRole = (typeof memberRoles)[number]
export type EngineRole = (typeof engineRoles)[number]

/** Roles that several persons of a country have. A country has one system, and institutions have their own. */
export const isPersonRole = (role: MemberRole): boolean => role !== 'system' && role !== 'institution'

/** A person or system of a member country with a proven identity. `person` distinguishes two officers (V17). */
export interface MemberActor {
  readonly country: string
  readonly role: MemberRole
  readonly person: string
  /** What proves this person (actor-proof.ts); undefined if a key of the country vouched for the person. */
  readonly proof?: string | undefined
}
export interface EngineActor {
  readonly country: 'holdfast'
  readonly role: EngineRole
  readonly person: string
}
export type Actor = MemberActor | EngineActor

/**
 * CloudEvents attributes are plain strings, so an actor is written as `SG/officer/a.tan` or `holdfast/clock/ledger`. In
 * encrypted events a pseudonym stands for the person: `SG/officer/~` and 32 hex digits (encrypted-actor.ts).
 */
const actorPattern =
  /^(?:([A-Z]{2})\/(system|officer|institution|fiu|authority)|holdfast\/(validation|dispatch|clock))\/([A-Za-z0-9._@-]{1,64}|~[0-9a-f]{32})$/

export const actorSchema = z.string().regex(actorPattern, 'must be an actor, such as SG/officer/a.tan')

export const personSchema = z.string().regex(/^[A-Za-z0-9._@-]{1,64}$/, 'must be 1 to 64 letters, digits or . _ @ -')

export const formatActor = (actor: Actor): string => `${actor.country}/${actor.role}/${actor.person}`

/** The attributes of an event that name the actor and its proof. */
export interface ActorWithProof {
  readonly actor: string
  readonly actorproof?: string | undefined
}

/** The actor attributes of an event. */
export const actorWithProofOf = (actor: MemberActor): ActorWithProof => ({
  actor: formatActor(actor),
  ...(actor.proof ? { actorproof: actor.proof } : {}),
})

/** Parses what `formatActor` writes. The error quotes at most 100 characters of the text. */
export function parseActor(text: string): Result<Actor, string> {
  const match = actorPattern.exec(text)
  if (!match) return refused(`"${text.slice(0, 100)}" is not an actor`)
  const [, country, memberRole, engineRole, person = ''] = match
  if (country && memberRole) return accepted({ country, role: memberRole as MemberRole, person })
  return accepted({ country: 'holdfast', role: engineRole as EngineRole, person })
}
