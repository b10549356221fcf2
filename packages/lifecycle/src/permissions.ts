import { type Actor, type CommandKind, commandDefinitionOf, type Permission } from '@holdfast/schemas'

/** Who may give a command: only the beneficiary country freezes, and only the requesting country withdraws (V18). */
export const permissionsOf = (command: CommandKind): readonly Permission[] => commandDefinitionOf(command)?.allowed ?? []

/**
 * Whether members give the command on an open request. Requests are opened through an ingress, and the engine gives its
 * own commands.
 */
export const isForMembers = (command: CommandKind): boolean =>
  command !== 'OpenRequest' && permissionsOf(command).some(({ party }) => party !== 'engine')

interface Parties {
  readonly requestingCountry: string
  readonly beneficiaryCountry: string
}

const countryOf = (side: Permission['party'], parties: Parties): string =>
  side === 'engine' ? 'holdfast' : side === 'requesting country' ? parties.requestingCountry : parties.beneficiaryCountry

/**
 * Whether the actor has a role that may give the command for its party. The statechart decides whether the current
 * state allows it.
 */
export const isPermitted = (actor: Actor, command: CommandKind, parties: Parties): boolean =>
  permissionsOf(command).some(permission => permission.roles.includes(actor.role) && countryOf(permission.party, parties) === actor.country)

/** Whether the actor gives the command as an institution or FIU of the request. */
export const actsAsInstitution = (actor: Actor, command: CommandKind, parties: Parties): boolean =>
  (actor.role === 'institution' || actor.role === 'fiu') && isPermitted(actor, command, parties)

/** As text for a refusal: `the beneficiary country's institution or fiu`. */
export const describePermission = (command: CommandKind): string =>
  permissionsOf(command)
    .map(({ party, roles }) => `the ${party}'s ${roles.join(' or ')}`)
    .join(', or ')
