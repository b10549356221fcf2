import type { MemberRole } from '../actors/actor.ts'

/** Roles that work at a country's desk. Banks and member systems cannot read investigators' notes. */
export const workRoles = ['officer', 'fiu', 'authority'] as const satisfies readonly MemberRole[]
export const isWorkRole = (role: string): boolean => (workRoles as readonly string[]).includes(role)
