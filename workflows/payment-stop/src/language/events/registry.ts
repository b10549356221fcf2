import { z } from 'zod'
import { AcknowledgeOrder, OrderAcknowledged } from '../commands/acknowledge-order.ts'
import { ApproveVerification, RequestVerified } from '../commands/approve-verification.ts'
import { AskInformation, InformationRequested } from '../commands/ask-information.ts'
import { ClosedUnrecovered, CloseUnrecovered } from '../commands/close-unrecovered.ts'
import { ConfirmDestruction, DestructionConfirmed } from '../commands/confirm-destruction.ts'
import { ConfirmFreeze, FreezeConfirmed } from '../commands/confirm-freeze.ts'
import { AnswerCorrected, CorrectAnswer } from '../commands/correct-answer.ts'
import { DeadlinePassed, DeadlineReached, HoldExpired } from '../commands/deadline-passed.ts'
import { ChallengeDecided, DecideChallenge } from '../commands/decide-challenge.ts'
import { DeclineOnward, OnwardDeclined } from '../commands/decline-onward.ts'
import { type CommandDefinition, type DualApproval, type FactDefinition, fact } from '../commands/definition.ts'
import { ExtendFreeze, FreezeExtended } from '../commands/extend-freeze.ts'
import { FollowOnward, OnwardFollowed } from '../commands/follow-onward.ts'
import { InitiateReturn, ReturnInitiated } from '../commands/initiate-return.ts'
import { ChallengeLodged, LodgeChallenge } from '../commands/lodge-challenge.ts'
import { DuplicateDetected, MarkDuplicate } from '../commands/mark-duplicate.ts'
import { OpenRequest, RequestOpened } from '../commands/open-request.ts'
import { ErasureOrdered, OrderErasure } from '../commands/order-erasure.ts'
import { PassAssessment } from '../commands/pass-assessment.ts'
import { ProposeVerification, VerificationProposed } from '../commands/propose-verification.ts'
import { InformationProvided, ProvideInformation } from '../commands/provide-information.ts'
import { KeysDestroyed, RecordDestruction } from '../commands/record-destruction.ts'
import { Reject, RequestRejected } from '../commands/reject.ts'
import { FreezeReleased, Release } from '../commands/release.ts'
import { Reopen, RequestReopened } from '../commands/reopen.ts'
import { FreezeReported, ReportFreeze } from '../commands/report-freeze.ts'
import { InterimReported, ReportInterim } from '../commands/report-interim.ts'
import { MovedOnwardReported, ReportMovedOnward } from '../commands/report-moved-onward.ts'
import { NoFundsReported, ReportNoFunds } from '../commands/report-no-funds.ts'
import { NotFoundReported, ReportNotFound } from '../commands/report-not-found.ts'
import { ReportReturn, ReturnReported } from '../commands/report-return.ts'
import { OrderUndelivered, ReportUndelivered } from '../commands/report-undelivered.ts'
import { ReviewRequested, SendToReview } from '../commands/send-to-review.ts'
import { RequestShared, ShareRequest } from '../commands/share-request.ts'
import { RequestWithdrawn, Withdraw } from '../commands/withdraw.ts'
import { ShareWithdrawn, WithdrawShare } from '../commands/withdraw-share.ts'

// The registry of commands and facts. Everything about one is in its module; the tables elsewhere are derived from here.
// The orders are published in the JSON Schemas, so a new command and a new fact come last.

export const commands = {
  OpenRequest,
  PassAssessment,
  SendToReview,
  AskInformation,
  Reject,
  MarkDuplicate,
  ProposeVerification,
  ApproveVerification,
  ProvideInformation,
  AcknowledgeOrder,
  ReportFreeze,
  ReportNoFunds,
  ReportNotFound,
  ReportMovedOnward,
  FollowOnward,
  DeclineOnward,
  ReportInterim,
  CorrectAnswer,
  ConfirmFreeze,
  ExtendFreeze,
  InitiateReturn,
  ReportReturn,
  Withdraw,
  Release,
  CloseUnrecovered,
  Reopen,
  ShareRequest,
  WithdrawShare,
  ReportUndelivered,
  OrderErasure,
  RecordDestruction,
  ConfirmDestruction,
  DeadlinePassed,
  LodgeChallenge,
  DecideChallenge,
} as const

export type CommandKind = keyof typeof commands
export const commandKinds = Object.keys(commands) as CommandKind[]
const commandDefinitions: ReadonlyMap<string, CommandDefinition> = new Map(Object.entries(commands))
/** The definition of a command; undefined if this version does not know the kind. */
export const commandDefinitionOf = (kind: string): CommandDefinition | undefined => commandDefinitions.get(kind)

type ApprovedAs<A extends DualApproval> = {
  [K in CommandKind]: (typeof commands)[K] extends { readonly dualApproval: A } ? K : never
}[CommandKind]
/** Commands that need dual approval once money is frozen (V17). */
export type DualApprovalOnceFrozen = ApprovedAs<'onceFrozen'>
/** All commands that need dual approval. Verification has its own commands. */
export type DualApprovalCommand = ApprovedAs<DualApproval>

export const dualApprovalOnceFrozen = commandKinds.filter(
  (kind): kind is DualApprovalOnceFrozen => commandDefinitionOf(kind)?.dualApproval === 'onceFrozen',
)
/** Whether a command needs dual approval, always or once money is frozen. */
export const isDualApprovalCommand = (kind: CommandKind): kind is DualApprovalCommand =>
  commandDefinitionOf(kind)?.dualApproval !== undefined
export const dualApprovalCommands = commandKinds.filter(isDualApprovalCommand)

/** Most facts state in the past tense what a command requested, and are in its module. */
export const facts = {
  RequestOpened,
  RequestVerified,
  ReviewRequested,
  VerificationProposed,
  InformationRequested,
  InformationProvided,
  RequestRejected,
  DuplicateDetected,
  OrderAcknowledged,
  FreezeReported,
  NoFundsReported,
  NotFoundReported,
  MovedOnwardReported,
  OnwardFollowed,
  OnwardDeclined,
  InterimReported,
  AnswerCorrected,
  FreezeConfirmed,
  FreezeExtended,
  ReturnInitiated,
  ReturnReported,
  RequestWithdrawn,
  FreezeReleased,
  ClosedUnrecovered,
  RequestReopened,
  RequestShared,
  ShareWithdrawn,
  /** A person proposed a command. The approval must have the same digest: SHA-256 of command and data (RFC 8785). */
  ActionProposed: fact({
    body: z.strictObject({
      command: z.enum(dualApprovalCommands),
      proposalDigest: z.string().regex(/^[a-f0-9]{64}$/),
      data: z.unknown(),
    }),
  }),
  HoldExpired,
  ErasureOrdered,
  KeysDestroyed,
  DestructionConfirmed,
  DeadlineReached,
  OrderUndelivered,
  ChallengeLodged,
  ChallengeDecided,
} as const

export type FactKind = keyof typeof facts
export const factKinds = Object.keys(facts) as FactKind[]
const factDefinitions: ReadonlyMap<string, FactDefinition> = new Map(Object.entries(facts))
/** The definition of a fact; undefined if this version does not know the kind. */
export const factDefinitionOf = (kind: string): FactDefinition | undefined => factDefinitions.get(kind)
export type FactBody<K extends FactKind> = z.output<(typeof facts)[K]['body']>

/** Compiles only if each command becomes facts of this registry. */
const declared: Readonly<Record<CommandKind, { readonly becomes: FactKind | readonly FactKind[] }>> = commands
const factsByCommand: ReadonlyMap<string, readonly FactKind[]> = new Map(commandKinds.map(kind => [kind, [declared[kind].becomes].flat()]))

/** The facts that a command can become, apart from a proposal of it. */
export const factsOfCommand = (kind: CommandKind): readonly FactKind[] => factsByCommand.get(kind) ?? []
/** The data of the fact that a command becomes; never if its data chooses one. */
export type FactOfCommand<K extends CommandKind> = (typeof commands)[K]['becomes'] extends infer F extends FactKind ? FactBody<F> : never

/** The commands that can become a fact. */
export const commandsOfFact = (kind: FactKind): readonly CommandKind[] =>
  commandKinds.filter(command => factsOfCommand(command).includes(kind))
