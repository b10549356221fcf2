import type { z } from 'zod'
import { commandEventSchema, unionByType } from '../cloud-event.ts'
import { type Signable, signedSchema } from '../encrypted/signed.ts'
import { AcknowledgeOrder } from './commands/acknowledge-order.ts'
import { ApproveVerification } from './commands/approve-verification.ts'
import { AskInformation } from './commands/ask-information.ts'
import { CloseUnrecovered } from './commands/close-unrecovered.ts'
import { ConfirmDestruction } from './commands/confirm-destruction.ts'
import { ConfirmFreeze } from './commands/confirm-freeze.ts'
import { CorrectAnswer } from './commands/correct-answer.ts'
import { DeadlinePassed } from './commands/deadline-passed.ts'
import { DeclineOnward } from './commands/decline-onward.ts'
import type { CommandDefinition, DualApproval } from './commands/definition.ts'
import { ExtendFreeze } from './commands/extend-freeze.ts'
import { FollowOnward } from './commands/follow-onward.ts'
import { InitiateReturn } from './commands/initiate-return.ts'
import { MarkDuplicate } from './commands/mark-duplicate.ts'
import { OpenRequest } from './commands/open-request.ts'
import { OrderErasure } from './commands/order-erasure.ts'
import { PassAssessment } from './commands/pass-assessment.ts'
import { ProposeVerification } from './commands/propose-verification.ts'
import { ProvideInformation } from './commands/provide-information.ts'
import { RecordDestruction } from './commands/record-destruction.ts'
import { Reject } from './commands/reject.ts'
import { Release } from './commands/release.ts'
import { Reopen } from './commands/reopen.ts'
import { ReportFreeze } from './commands/report-freeze.ts'
import { ReportInterim } from './commands/report-interim.ts'
import { ReportMovedOnward } from './commands/report-moved-onward.ts'
import { ReportNoFunds } from './commands/report-no-funds.ts'
import { ReportNotFound } from './commands/report-not-found.ts'
import { ReportReturn } from './commands/report-return.ts'
import { ReportUndelivered } from './commands/report-undelivered.ts'
import { SendToReview } from './commands/send-to-review.ts'
import { ShareRequest } from './commands/share-request.ts'
import { Withdraw } from './commands/withdraw.ts'
import { WithdrawShare } from './commands/withdraw-share.ts'

/**
 * Every command. The order is published in the JSON Schemas, so a new command comes last. Its module has all about it; the
 * tables of this file are derived.
 */
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
} as const

export type CommandKind = keyof typeof commands
export const commandKinds = Object.keys(commands) as CommandKind[]
const definitions: ReadonlyMap<string, CommandDefinition> = new Map(Object.entries(commands))
/** The definition of a command; undefined if this version does not know the kind. */
export const commandDefinitionOf = (kind: string): CommandDefinition | undefined => definitions.get(kind)

/** The data of each command. */
export const commandBodies = Object.fromEntries(commandKinds.map(kind => [kind, commands[kind].body])) as {
  readonly [K in CommandKind]: (typeof commands)[K]['body']
}
export type CommandBody<K extends CommandKind> = z.output<(typeof commands)[K]['body']>

/** Example data of each command of members, as a starting point. */
export const commandExamples = Object.fromEntries(
  commandKinds.flatMap(kind => {
    const example = commandDefinitionOf(kind)?.example
    return example === undefined ? [] : [[kind, example]]
  }),
) as { readonly [K in CommandKind as (typeof commands)[K] extends { example: unknown } ? K : never]: CommandBody<K> } & {
  readonly [K in CommandKind]?: CommandBody<K>
}

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

/** Whether members may give the command in a signed event. An HTTP command has no signature and cannot claim one. */
export const isSignable = (kind: CommandKind): boolean => commandDefinitionOf(kind)?.signable === true

const commandTypePrefix = 'holdfast.command.v1.'
export const commandType = <K extends CommandKind>(kind: K) => `${commandTypePrefix}${kind}` as const

type CommandEvent<K extends CommandKind> = z.output<ReturnType<typeof buildCommandSchema<K>>>
const buildCommandSchema = <K extends CommandKind>(kind: K) => commandEventSchema(commandType(kind), storedBodyOf(kind))

/** The data of a command as `freeze.commands` stores it: with the sender's signature, if the command can have one. */
export const storedBodyOf = <K extends CommandKind>(kind: K): (typeof commandBodies)[K] =>
  isSignable(kind)
    ? ((commandBodies[kind] as z.ZodObject).safeExtend({ signed: signedSchema.optional() }) as z.ZodType as (typeof commandBodies)[K])
    : commandBodies[kind]

/** A command of `freeze.commands`. */
export type Command = {
  [K in CommandKind]: Omit<CommandEvent<K>, 'type' | 'data'> & { type: `holdfast.command.v1.${K}`; data: CommandBody<K> & Signable }
}[CommandKind]

export const commandKindOf = (command: { readonly type: string }) => command.type.slice(commandTypePrefix.length) as CommandKind

/** The address of a command's data in the published JSON Schema. */
export const commandSchemaRef = (kind: CommandKind): string =>
  `urn:holdfast:schema:command:v1#/oneOf/${commandKinds.indexOf(kind)}/properties/data`

export const commandSchema = unionByType(commandKinds.map(buildCommandSchema)).meta({
  title: 'Command',
  description: 'A record of freeze.commands.',
})
