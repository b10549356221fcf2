import type { MemberRole } from '../actors/actor.ts'

/** Who works at the desk of a country. A bank's people and a member's systems are no part of it: what investigators note of a case is not for them. */
export const workRoles = ['officer', 'fiu', 'authority'] as const satisfies readonly MemberRole[]
export const doesWork = (role: string): boolean => (workRoles as readonly string[]).includes(role)
