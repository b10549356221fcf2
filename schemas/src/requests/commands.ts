import { z } from 'zod'
import { commandEventSchema, unionByType } from '../cloud-event.ts'
import {
  countrySchema,
  dateSchema,
  freezeBasisSchema,
  instantSchema,
  interimReasonSchema,
  orderKindSchema,
  referenceSchema,
  rejectionCodeSchema,
  releaseReasonSchema,
  requestIdSchema,
  returnBasisSchema,
  unrecoveredReasonSchema,
} from '../codes.ts'
import { type Signable, signedSchema } from '../encrypted/signed.ts'
import { moneySchema, positiveMoneySchema } from '../money.ts'
import { nameSchema, textSchema } from '../texts/characters.ts'
import { deadlineSchema } from './deadlines.ts'
import { findingsSchema } from './findings.ts'
import { freezeRequestSchema, onwardPaymentSchema } from './freeze-request.ts'
import { shareBody, withdrawShareBody } from './sharing.ts'

const noteSchema = textSchema(1, 500)
/** The sequence of a fact in the history of its request. */
export const sequenceSchema = z.int().min(1).max(1_000_000)
const assessment = { findings: findingsSchema }

/** ISO 20022 additional information: 105 characters a line (V25). */
const narrativeLineMax = 105
const isNarrative = (text: string | undefined): boolean =>
  text?.split('\n').every(line => line.length >= 1 && line.length <= narrativeLineMax) ?? false

/** The code NARR means nothing without a text (V25). */
const needsText = { error: `NARR needs text, at most ${narrativeLineMax} characters a line` }

/** Fields that a command shares with its fact. A schema with a refinement could not be extended. */
export const openBody = z.strictObject({
  request: freezeRequestSchema,
  /** The earlier requests of an onward request that the engine opens (V26). No other sender may set it. */
  lineage: z.array(z.uuid()).max(10).optional(),
})
export const questionBody = z.strictObject({ findings: findingsSchema.optional(), question: noteSchema.optional() })
export const rejectionBody = z.strictObject({ code: rejectionCodeSchema, text: noteSchema.optional(), findings: findingsSchema.optional() })
export const informationBody = z.strictObject({ request: freezeRequestSchema.optional(), note: noteSchema.optional() })
export const releaseBody = z.strictObject({
  reason: releaseReasonSchema,
  authority: nameSchema(140).optional(),
  reference: referenceSchema.optional(),
  note: noteSchema.optional(),
})
export const unrecoveredBody = z.strictObject({
  reason: unrecoveredReasonSchema,
  authority: nameSchema(140),
  reference: referenceSchema,
  note: noteSchema.optional(),
})

/** Answers that an institution can correct: a hold, money moved onward, and a report of no funds. */
export const correctableAnswers = ['frozen', 'movedOnward', 'noFunds', 'notFound'] as const

/** What is recorded of an authority that orders something (V22). */
const instrument = { authority: nameSchema(140), reference: referenceSchema, date: dateSchema }

/** Why the data keys of a request are destroyed: the retention period has ended, or an authority ordered it. */
export const destructionCauses = ['RETENTION_OVER', 'ERASURE_ORDERED'] as const
export type DestructionCause = (typeof destructionCauses)[number]

const destructionBody = z.strictObject({
  because: z.enum(destructionCauses),
  /** The keys of both countries together; 0 if the request had no encrypted data. */
  keys: z.int().min(0).max(1_000),
  intendedAt: instantSchema,
  destroyedAt: instantSchema,
})

/**
 * The data of each command. Frozen and returned money is in the currency of the request; a rate is stored, never
 * recomputed.
 */
export const commandBodies = {
  OpenRequest: openBody,
  PassAssessment: z.strictObject(assessment),
  /** 1 only if the country's policy allows one officer; otherwise 2. */
  SendToReview: z.strictObject({ ...assessment, officers: z.int().min(1).max(2).optional() }),
  AskInformation: questionBody.refine(({ findings, question }) => question !== undefined || (findings?.length ?? 0) > 0, {
    path: ['question'],
    error: 'must have a question or findings',
  }),
  /** V24, V25. */
  Reject: rejectionBody.refine(({ code, text }) => code !== 'NARR' || isNarrative(text), { path: ['text'], ...needsText }),
  MarkDuplicate: z.strictObject({ standingRequestId: requestIdSchema, ...assessment }),
  ProposeVerification: z.strictObject({ note: noteSchema.optional() }),
  ApproveVerification: z.strictObject({ note: noteSchema.optional() }),
  /** A corrected document, an answer as text, or both. */
  ProvideInformation: informationBody.refine(({ request, note }) => request !== undefined || note !== undefined, {
    path: ['note'],
    error: 'must have a corrected request, a note, or both',
  }),
  AcknowledgeOrder: z.strictObject({ orderId: z.uuid(), reference: referenceSchema.optional() }),
  ReportFreeze: z.strictObject({
    amount: positiveMoneySchema,
    basis: freezeBasisSchema,
    expiresAt: instantSchema.optional(),
    reference: referenceSchema.optional(),
  }),
  /** AM04: the account exists, the money is not there. */
  ReportNoFunds: z.strictObject({ reason: z.literal('AM04'), note: noteSchema.optional() }),
  /** AC03 wrong account, AC04 account closed, NOOR payment never received. */
  ReportNotFound: z.strictObject({ reason: z.enum(['AC03', 'AC04', 'NOOR']), note: noteSchema.optional() }),
  /**
   * PTNA: all or part of the money has left the account. With `onward`, the destination, an onward request can be made
   * once the requesting country approves.
   */
  ReportMovedOnward: z.strictObject({
    amount: positiveMoneySchema,
    country: countrySchema,
    onward: onwardPaymentSchema.optional(),
    reference: referenceSchema.optional(),
    note: noteSchema.optional(),
  }),
  /** V26: the requesting country approves an onward request for the money that the fact with this number reports. */
  FollowOnward: z.strictObject({ report: sequenceSchema, note: noteSchema.optional() }),
  /** The requesting country declines an onward request. It can still give FollowOnward later. */
  DeclineOnward: z.strictObject({ report: sequenceSchema, reason: noteSchema }),
  /** PDCR: not the final answer. */
  ReportInterim: z.strictObject({ reason: interimReasonSchema, reference: referenceSchema.optional(), note: noteSchema.optional() }),
  /**
   * The institution corrects a wrong answer: the effect of the report is undone. `report` is the number of the fact;
   * without it, the newest answer of this kind.
   */
  CorrectAnswer: z.strictObject({ corrects: z.enum(correctableAnswers), report: sequenceSchema.optional(), reason: noteSchema }),
  /**
   * V22: a confirmation has instrument, authority, reference and date. Without `expiresAt` it has no end of its own.
   */
  ConfirmFreeze: z.strictObject({
    instrument: z.enum(['COURT_ORDER', 'PROSECUTOR_ORDER', 'FIU_ORDER', 'MLA_REQUEST', 'FREEZING_CERTIFICATE']),
    ...instrument,
    expiresAt: instantSchema.optional(),
  }),
  /**
   * V21: the authority of the order and the new end. Without `expiresAt`, the longest extension that the law of the
   * beneficiary country allows.
   */
  ExtendFreeze: z.strictObject({ basis: freezeBasisSchema, ...instrument, expiresAt: instantSchema.optional() }),
  /** V23: consent, indemnity or order. */
  InitiateReturn: z.strictObject({ basis: returnBasisSchema, reference: referenceSchema.optional() }),
  ReportReturn: z.strictObject({
    amount: positiveMoneySchema,
    charges: moneySchema.optional(),
    /** The amount that the victim's bank received, if in another currency, and the rate (pacs.004 XchgRate). */
    converted: z
      .strictObject({ amount: positiveMoneySchema, rate: z.string().regex(/^\d{1,11}(\.\d{1,10})?$/, 'must be a decimal in a string') })
      .optional(),
    reference: referenceSchema,
  }),
  Withdraw: z.strictObject({ reason: noteSchema }),
  Release: releaseBody.refine(({ reason, note }) => reason !== 'NARR' || isNarrative(note), { path: ['note'], ...needsText }),
  /** Frozen money that is not returned: forfeited, or its holder refused. */
  CloseUnrecovered: unrecoveredBody.refine(({ reason, note }) => reason !== 'NARR' || isNarrative(note), { path: ['note'], ...needsText }),
  /** A new revision, with a corrected document if the requesting country has one. */
  Reopen: z.strictObject({ reason: noteSchema, request: freezeRequestSchema.optional() }),
  /** Gives a specialised unit, or the General Secretariat, access to a request that it takes no part in. */
  ShareRequest: shareBody,
  WithdrawShare: withdrawShareBody,
  /** An order could not be delivered; `recipient` is the name in the directory. */
  ReportUndelivered: z.strictObject({
    orderId: z.uuid(),
    order: orderKindSchema,
    recipient: textSchema(1, 140),
    attempts: z.int().min(0),
    why: textSchema(1, 500),
  }),
  /** A court or another authority orders the erasure of an ended request before its retention period ends. */
  OrderErasure: z.strictObject(instrument),
  /** V30: the data keys are destroyed; their number, and when. */
  RecordDestruction: destructionBody,
  /** The fact of the destruction is on record, so nothing is left to do. */
  ConfirmDestruction: z.strictObject({ confirmedAt: instantSchema }),
  DeadlinePassed: deadlineSchema,
} as const

export type CommandKind = keyof typeof commandBodies
export const commandKinds = Object.keys(commandBodies) as CommandKind[]

/**
 * Commands that need dual approval once money is frozen (V17): one officer proposes, a second one approves with the
 * same command and data.
 */
export const dualApprovalOnceFrozen = [
  'ConfirmFreeze',
  'ExtendFreeze',
  'InitiateReturn',
  'Withdraw',
  'Release',
  'CloseUnrecovered',
] as const satisfies CommandKind[]
export type DualApprovalOnceFrozen = (typeof dualApprovalOnceFrozen)[number]

/** All commands that need dual approval. Erasure always does. Verification has its own commands. */
export const dualApprovalCommands = [...dualApprovalOnceFrozen, 'OrderErasure'] as const satisfies CommandKind[]
export type DualApprovalCommand = (typeof dualApprovalCommands)[number]

const dualApproval: ReadonlySet<CommandKind> = new Set(dualApprovalCommands)
/** Whether a command needs dual approval, always or once money is frozen. */
export const isDualApprovalCommand = (kind: CommandKind): kind is DualApprovalCommand => dualApproval.has(kind)

const commandTypePrefix = 'holdfast.command.v1.'
export const commandType = <K extends CommandKind>(kind: K) => `${commandTypePrefix}${kind}` as const

type CommandEvent<K extends CommandKind> = z.output<ReturnType<typeof buildCommandSchema<K>>>
const buildCommandSchema = <K extends CommandKind>(kind: K) => commandEventSchema(commandType(kind), storedBodyOf(kind))

/**
 * Commands that members give in a signed event. Not part of the body: an HTTP command has no signature and cannot claim
 * one.
 */
export const signableCommands: ReadonlySet<CommandKind> = new Set<CommandKind>([
  'OpenRequest',
  'AcknowledgeOrder',
  'ReportFreeze',
  'ReportNoFunds',
  'ReportNotFound',
  'ReportMovedOnward',
  'ReportInterim',
  'CorrectAnswer',
  'AskInformation',
  'InitiateReturn',
  'ReportReturn',
])

/** The data of a command as `freeze.commands` stores it: with the sender's signature, if the command can have one. */
export const storedBodyOf = <K extends CommandKind>(kind: K): (typeof commandBodies)[K] =>
  signableCommands.has(kind)
    ? ((commandBodies[kind] as z.ZodObject).safeExtend({ signed: signedSchema.optional() }) as z.ZodType as (typeof commandBodies)[K])
    : commandBodies[kind]

/** A command of `freeze.commands`. */
export type Command = {
  [K in CommandKind]: Omit<CommandEvent<K>, 'type' | 'data'> & { type: `holdfast.command.v1.${K}`; data: CommandBody<K> & Signable }
}[CommandKind]
export type CommandBody<K extends CommandKind> = z.output<(typeof commandBodies)[K]>

export const commandKindOf = (command: { readonly type: string }) => command.type.slice(commandTypePrefix.length) as CommandKind

/** The address of a command's data in the published JSON Schema. */
export const commandSchemaRef = (kind: CommandKind): string =>
  `urn:holdfast:schema:command:v1#/oneOf/${commandKinds.indexOf(kind)}/properties/data`

export const commandSchema = unionByType(commandKinds.map(buildCommandSchema)).meta({
  title: 'Command',
  description: 'A record of freeze.commands.',
})
