import type { Actor, CommandKind } from '@holdfast/schemas'

/** A party of the request, and the roles that may act for it. */
interface Permission {
  readonly party: 'requesting country' | 'beneficiary country' | 'engine'
  readonly roles: ReadonlyArray<Actor['role']>
}

const requester: Permission = { party: 'requesting country', roles: ['system', 'officer'] }
const requestersOfficer: Permission = { party: 'requesting country', roles: ['officer'] }
const validation: Permission = { party: 'engine', roles: ['validation'] }
const desk: Permission = { party: 'beneficiary country', roles: ['officer'] }
const institution: Permission = { party: 'beneficiary country', roles: ['institution'] }
const institutionOrFiu: Permission = { party: 'beneficiary country', roles: ['institution', 'fiu'] }
const authority: Permission = { party: 'beneficiary country', roles: ['authority'] }

/**
 * Who may give each command. Only the beneficiary country freezes, only the requesting country withdraws, only the
 * clock expires (V18).
 */
export const permissions: Readonly<Record<CommandKind, readonly Permission[]>> = {
  /** The engine opens onward requests. */
  OpenRequest: [requester, { party: 'engine', roles: ['dispatch'] }],
  PassAssessment: [validation],
  SendToReview: [validation],
  AskInformation: [validation, desk, institutionOrFiu],
  Reject: [validation, desk],
  MarkDuplicate: [validation],
  ProposeVerification: [desk],
  ApproveVerification: [desk],
  ProvideInformation: [requester],
  AcknowledgeOrder: [institution],
  ReportFreeze: [institutionOrFiu],
  ReportNoFunds: [institutionOrFiu],
  ReportNotFound: [institutionOrFiu],
  ReportMovedOnward: [institutionOrFiu],
  /** Only an officer opens a request in the country's name: a bank only reports. */
  FollowOnward: [requestersOfficer],
  DeclineOnward: [requestersOfficer],
  ReportInterim: [institutionOrFiu],
  /** The institution whose answer it is, or a FIU that answers for it. */
  CorrectAnswer: [institutionOrFiu],
  ConfirmFreeze: [authority],
  ExtendFreeze: [authority],
  InitiateReturn: [institutionOrFiu],
  ReportReturn: [institution],
  Withdraw: [requester],
  Release: [authority],
  CloseUnrecovered: [authority],
  Reopen: [requester, desk],
  ShareRequest: [requestersOfficer, desk],
  WithdrawShare: [requestersOfficer, desk],
  ReportUndelivered: [{ party: 'engine', roles: ['dispatch'] }],
  /** The country of the data subject, or an authority by the law of the country that processed the data. */
  OrderErasure: [requestersOfficer, authority],
  RecordDestruction: [{ party: 'engine', roles: ['dispatch'] }],
  ConfirmDestruction: [{ party: 'engine', roles: ['dispatch'] }],
  DeadlinePassed: [{ party: 'engine', roles: ['clock'] }],
}

/**
 * Whether members give the command on an open request. Requests are opened through an ingress, and the engine gives its
 * own commands.
 */
export const isForMembers = (command: CommandKind): boolean =>
  command !== 'OpenRequest' && permissions[command].some(({ party }) => party !== 'engine')

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
  permissions[command].some(permission => permission.roles.includes(actor.role) && countryOf(permission.party, parties) === actor.country)

/** Whether the actor gives the command as an institution or FIU of the request. */
export const actsAsInstitution = (actor: Actor, command: CommandKind, parties: Parties): boolean =>
  (actor.role === 'institution' || actor.role === 'fiu') && isPermitted(actor, command, parties)

/** As text for a refusal: `the beneficiary country's institution or fiu`. */
export const describePermission = (command: CommandKind): string =>
  permissions[command].map(({ party, roles }) => `the ${party}'s ${roles.join(' or ')}`).join(', or ')
