import type { Actor, CommandKind } from '@holdfast/schemas'

/** A side of the request and the roles that may act for it. */
interface Permission {
  readonly side: 'requesting country' | 'beneficiary country' | 'engine'
  readonly roles: ReadonlyArray<Actor['role']>
}

const requester: Permission = { side: 'requesting country', roles: ['system', 'officer'] }
const requestersOfficer: Permission = { side: 'requesting country', roles: ['officer'] }
const validation: Permission = { side: 'engine', roles: ['validation'] }
const desk: Permission = { side: 'beneficiary country', roles: ['officer'] }
const institution: Permission = { side: 'beneficiary country', roles: ['institution'] }
const institutionOrFiu: Permission = { side: 'beneficiary country', roles: ['institution', 'fiu'] }
const authority: Permission = { side: 'beneficiary country', roles: ['authority'] }

/** Who may give each command. Only the beneficiary country freezes, only the requester withdraws, only the clock expires (V18). */
export const permissions: Readonly<Record<CommandKind, readonly Permission[]>> = {
  /** The engine opens children of a request whose money moved onward. */
  OpenRequest: [requester, { side: 'engine', roles: ['dispatch'] }],
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
  /** A request in a country's name is its own to want: a bank reports, an officer agrees. */
  FollowOnward: [requestersOfficer],
  DeclineOnward: [requestersOfficer],
  ReportInterim: [institutionOrFiu],
  /** Whose answers they are, or who answers for it. */
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
  ReportUndelivered: [{ side: 'engine', roles: ['dispatch'] }],
  /** Of whose data it is, or by the law of where it was worked on. */
  OrderErasure: [requestersOfficer, authority],
  RecordDestruction: [{ side: 'engine', roles: ['dispatch'] }],
  ConfirmDestruction: [{ side: 'engine', roles: ['dispatch'] }],
  DeadlinePassed: [{ side: 'engine', roles: ['clock'] }],
}

/** Whether members give it on a request: one is opened at the door, and the engine's own commands come from the engine. */
export const isForMembers = (command: CommandKind): boolean =>
  command !== 'OpenRequest' && permissions[command].some(({ side }) => side !== 'engine')

interface Parties {
  readonly requestingCountry: string
  readonly beneficiaryCountry: string
}

const countryOf = (side: Permission['side'], parties: Parties): string =>
  side === 'engine' ? 'holdfast' : side === 'requesting country' ? parties.requestingCountry : parties.beneficiaryCountry

/** Whether the actor has a role that may give the command, on its side of the request. Whether the request takes it as it stands is for the statechart to say. */
export const isPermitted = (actor: Actor, command: CommandKind, parties: Parties): boolean =>
  permissions[command].some(permission => permission.roles.includes(actor.role) && countryOf(permission.side, parties) === actor.country)

/** Whether the actor gives the command in the role of an institution or a FIU, as a part of the request that it has. */
export const actsAsInstitution = (actor: Actor, command: CommandKind, parties: Parties): boolean =>
  (actor.role === 'institution' || actor.role === 'fiu') && isPermitted(actor, command, parties)

/** In words, for a refusal: `the beneficiary country's institution or fiu`. */
export const describePermission = (command: CommandKind): string =>
  permissions[command].map(({ side, roles }) => `the ${side}'s ${roles.join(' or ')}`).join(', or ')
