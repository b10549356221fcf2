import * as core from '@holdfast/core'
import type { Actor } from '@holdfast/schemas'
import { type CommandKind, commandDefinitionOf, type Permission } from '../language/index.ts'

/** Who may give a command: only the beneficiary country freezes, and only the requesting country withdraws (V18). */
export const permissionsOf = (command: CommandKind): readonly Permission[] => commandDefinitionOf(command)?.allowed ?? []

/**
 * Whether members give the command on an open request. Requests are opened through an ingress, and the engine gives its
 * own commands.
 */
export const isForMembers = (command: CommandKind): boolean =>
  command !== 'OpenRequest' && permissionsOf(command).some(({ party }) => party !== 'engine')

interface Countries {
  readonly requestingCountry: string
  readonly beneficiaryCountry: string
}

/** The two countries of a request, as parties in the permissions of commands. */
export const partiesOf = ({ requestingCountry, beneficiaryCountry }: Countries): readonly core.Party[] => [
  { name: 'requesting country', country: requestingCountry },
  { name: 'beneficiary country', country: beneficiaryCountry },
]

/** Whether the actor has a role that may give the command for its party. The statechart decides whether the state allows it. */
export const isPermitted = (actor: Actor, command: CommandKind, countries: Countries): boolean =>
  core.isPermitted(actor, permissionsOf(command), partiesOf(countries))

/** Whether the actor gives the command as an institution or FIU of the request. */
export const actsAsInstitution = (actor: Actor, command: CommandKind, countries: Countries): boolean =>
  core.actsAsInstitution(actor, permissionsOf(command), partiesOf(countries))

/** As text for a refusal: `the beneficiary country's institution or fiu`. */
export const describePermission = (command: CommandKind): string => core.describePermission(permissionsOf(command))
