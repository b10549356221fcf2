import type { Actor } from '@holdfast/schemas'
import type { Party, PermissionOf } from './lifecycle.ts'

/** Whether the actor has a role that may give the command for its party. The statechart decides whether the state allows it. */
export const isPermitted = ({ country, role }: Actor, allowed: readonly PermissionOf[], parties: readonly Party[]): boolean =>
  allowed.some(permission => permission.roles.includes(role) && isParty(country, permission.party, parties))

const isParty = (country: string, name: string, parties: readonly Party[]): boolean =>
  name === 'engine' ? country === 'holdfast' : parties.some(party => party.name === name && party.country === country)

/** Whether the engine or a party of the request acts. */
export const hasPart = ({ country }: Actor, parties: readonly Party[]): boolean =>
  country === 'holdfast' || parties.some(party => party.country === country)

/** Whether the actor gives the command as an institution or FIU of the request. */
export const actsAsInstitution = (actor: Actor, allowed: readonly PermissionOf[], parties: readonly Party[]): boolean =>
  (actor.role === 'institution' || actor.role === 'fiu') && isPermitted(actor, allowed, parties)

/** As text for a refusal: `the beneficiary country's institution or fiu`. */
export const describePermission = (allowed: readonly PermissionOf[]): string =>
  allowed.map(({ party, roles }) => `the ${party}'s ${roles.join(' or ')}`).join(', or ')
