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
/** The number of a fact in the history of its request. */
export const sequenceSchema = z.int().min(1).max(1_000_000)
const assessment = { findings: findingsSchema }

/** ISO 20022 additional information: 105 characters a line (V25). */
const narrativeLineMax = 105
const isNarrative = (text: string | undefined): boolean =>
  text?.split('\n').every(line => line.length >= 1 && line.length <= narrativeLineMax) ?? false

/** A code that says nothing by itself needs words (V25). */
const needsWords = { error: `NARR needs text, at most ${narrativeLineMax} characters a line` }

/** What each of these two shares with the fact it becomes; a refinement could not be extended. */
export const openBody = z.strictObject({
  request: freezeRequestSchema,
  /** Where the money has been before (V26), for a child that the engine opens; nobody else may say it. */
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

/** Answers that an institution can take back: that it holds money, that money has moved onward, and that no more is there. */
export const correctableAnswers = ['frozen', 'movedOnward', 'noFunds', 'notFound'] as const

/** What of an authority is on record whenever it orders something (V22). */
const instrument = { authority: nameSchema(140), reference: referenceSchema, date: dateSchema }

/** Why the words of a request are destroyed: the time for which they may be kept is over, or somebody who may has ordered it. */
export const destructionCauses = ['RETENTION_OVER', 'ERASURE_ORDERED'] as const
export type DestructionCause = (typeof destructionCauses)[number]

const destructionBody = z.strictObject({
  because: z.enum(destructionCauses),
  /** Of both countries together; none where nothing of the request was sealed. */
  keys: z.int().min(0).max(1_000),
  intendedAt: instantSchema,
  destroyedAt: instantSchema,
})

/** What each command carries. Money that came back or is held is in the currency of the request; a rate is stored, never recomputed. */
export const commandBodies = {
  OpenRequest: openBody,
  PassAssessment: z.strictObject(assessment),
  /** One officer is enough only where the country's policy says so; two otherwise. */
  SendToReview: z.strictObject({ ...assessment, officers: z.int().min(1).max(2).optional() }),
  AskInformation: questionBody.refine(({ findings, question }) => question !== undefined || (findings?.length ?? 0) > 0, {
    path: ['question'],
    error: 'must say what is asked',
  }),
  /** V24, V25. */
  Reject: rejectionBody.refine(({ code, text }) => code !== 'NARR' || isNarrative(text), { path: ['text'], ...needsWords }),
  MarkDuplicate: z.strictObject({ standingRequestId: requestIdSchema, ...assessment }),
  ProposeVerification: z.strictObject({ note: noteSchema.optional() }),
  ApproveVerification: z.strictObject({ note: noteSchema.optional() }),
  /** A corrected document, an answer in words, or both. */
  ProvideInformation: informationBody.refine(({ request, note }) => request !== undefined || note !== undefined, {
    path: ['note'],
    error: 'must answer: a corrected request, a note, or both',
  }),
  AcknowledgeOrder: z.strictObject({ orderId: z.uuid(), reference: referenceSchema.optional() }),
  ReportFreeze: z.strictObject({
    amount: positiveMoneySchema,
    basis: freezeBasisSchema,
    expiresAt: instantSchema.optional(),
    reference: referenceSchema.optional(),
  }),
  /** AM04: the account is there, the money is not. */
  ReportNoFunds: z.strictObject({ reason: z.literal('AM04'), note: noteSchema.optional() }),
  /** AC03 wrong account, AC04 account closed, NOOR payment never received. */
  ReportNotFound: z.strictObject({ reason: z.enum(['AC03', 'AC04', 'NOOR']), note: noteSchema.optional() }),
  /** PTNA: part or all of the money has left the account. With `onward`, where to, a child request can follow it, once the requester agrees. */
  ReportMovedOnward: z.strictObject({
    amount: positiveMoneySchema,
    country: countrySchema,
    onward: onwardPaymentSchema.optional(),
    reference: referenceSchema.optional(),
    note: noteSchema.optional(),
  }),
  /** V26: the requester's word that a child request follows the money that the fact with this number reports. */
  FollowOnward: z.strictObject({ report: sequenceSchema, note: noteSchema.optional() }),
  /** Or that none is to; whoever thinks better of it gives FollowOnward. */
  DeclineOnward: z.strictObject({ report: sequenceSchema, reason: noteSchema }),
  /** PDCR: not the last word yet. */
  ReportInterim: z.strictObject({ reason: interimReasonSchema, reference: referenceSchema.optional(), note: noteSchema.optional() }),
  /** The institution takes back an answer that was wrong: what a report made is undone. `report` is the number of the fact; without it, the newest answer of this kind. */
  CorrectAnswer: z.strictObject({ corrects: z.enum(correctableAnswers), report: sequenceSchema.optional(), reason: noteSchema }),
  /** V22: a confirmation carries instrument, authority, reference and date; without `expiresAt` it has no end of its own. */
  ConfirmFreeze: z.strictObject({
    instrument: z.enum(['COURT_ORDER', 'PROSECUTOR_ORDER', 'FIU_ORDER', 'MLA_REQUEST', 'FREEZING_CERTIFICATE']),
    ...instrument,
    expiresAt: instantSchema.optional(),
  }),
  /** V21: on whose order, and until when; without `expiresAt` as long as the law of the freezing country lets one extension last. */
  ExtendFreeze: z.strictObject({ basis: freezeBasisSchema, ...instrument, expiresAt: instantSchema.optional() }),
  /** V23: consent, indemnity or order. */
  InitiateReturn: z.strictObject({ basis: returnBasisSchema, reference: referenceSchema.optional() }),
  ReportReturn: z.strictObject({
    amount: positiveMoneySchema,
    charges: moneySchema.optional(),
    /** What reached the victim's bank, where that was in another currency, and at which rate (pacs.004 XchgRate). */
    converted: z
      .strictObject({ amount: positiveMoneySchema, rate: z.string().regex(/^\d{1,11}(\.\d{1,10})?$/, 'must be a decimal in a string') })
      .optional(),
    reference: referenceSchema,
  }),
  Withdraw: z.strictObject({ reason: noteSchema }),
  Release: releaseBody.refine(({ reason, note }) => reason !== 'NARR' || isNarrative(note), { path: ['note'], ...needsWords }),
  /** The money was held and ends elsewhere: forfeited, or its holder refused. */
  CloseUnrecovered: unrecoveredBody.refine(({ reason, note }) => reason !== 'NARR' || isNarrative(note), { path: ['note'], ...needsWords }),
  /** A new revision, with a corrected document where the requester gives one. */
  Reopen: z.strictObject({ reason: noteSchema, request: freezeRequestSchema.optional() }),
  /** Lets a specialised unit, or the General Secretariat, see a request in which it has no part. */
  ShareRequest: shareBody,
  WithdrawShare: withdrawShareBody,
  /** An order could not be brought to who takes it; `recipient` is its name in the directory. */
  ReportUndelivered: z.strictObject({
    orderId: z.uuid(),
    order: orderKindSchema,
    recipient: textSchema(1, 140),
    attempts: z.int().min(0),
    why: textSchema(1, 500),
  }),
  /** A court, or who may by law, orders that the words of a request that has ended are destroyed before their time is over. */
  OrderErasure: z.strictObject(instrument),
  /** V30: the keys of the words are gone; how many there were, and since when. */
  RecordDestruction: destructionBody,
  /** That the fact of it is on record: nothing of the destruction is left to do. */
  ConfirmDestruction: z.strictObject({ confirmedAt: instantSchema }),
  DeadlinePassed: deadlineSchema,
} as const

export type CommandKind = keyof typeof commandBodies
export const commandKinds = Object.keys(commandBodies) as CommandKind[]

/** Commands that two different persons of one side give in the same words once money is held (V17): the first proposes, the second does it. */
export const dualApprovalOnceHeld = [
  'ConfirmFreeze',
  'ExtendFreeze',
  'InitiateReturn',
  'Withdraw',
  'Release',
  'CloseUnrecovered',
] as const satisfies CommandKind[]
export type DualApprovalOnceHeld = (typeof dualApprovalOnceHeld)[number]

/** All that two persons give; to destroy words is always theirs. Verification has commands of its own for the two. */
export const dualApprovalCommands = [...dualApprovalOnceHeld, 'OrderErasure'] as const satisfies CommandKind[]
export type DualApprovalCommand = (typeof dualApprovalCommands)[number]

const joint: ReadonlySet<CommandKind> = new Set(dualApprovalCommands)
/** Whether two persons give it, of some once money is held alone. */
export const isDualApprovalCommand = (kind: CommandKind): kind is DualApprovalCommand => joint.has(kind)

const commandTypePrefix = 'holdfast.command.v1.'
export const commandType = <K extends CommandKind>(kind: K) => `${commandTypePrefix}${kind}` as const

type CommandEvent<K extends CommandKind> = z.output<ReturnType<typeof buildCommandSchema<K>>>
const buildCommandSchema = <K extends CommandKind>(kind: K) => commandEventSchema(commandType(kind), storedBodyOf(kind))

/** What members say in an event that they sign. In no body: who gives a command by HTTP signs nothing, and can't say that he did. */
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

/** What a command carries as it lies in `freeze.commands`: with the signature of who asked for it, where it may have one. */
export const storedBodyOf = <K extends CommandKind>(kind: K): (typeof commandBodies)[K] =>
  signableCommands.has(kind)
    ? ((commandBodies[kind] as z.ZodObject).safeExtend({ signed: signedSchema.optional() }) as z.ZodType as (typeof commandBodies)[K])
    : commandBodies[kind]

/** A command as it stands in `freeze.commands`. */
export type Command = {
  [K in CommandKind]: Omit<CommandEvent<K>, 'type' | 'data'> & { type: `holdfast.command.v1.${K}`; data: CommandBody<K> & Signable }
}[CommandKind]
export type CommandBody<K extends CommandKind> = z.output<(typeof commandBodies)[K]>

export const commandKindOf = (command: { readonly type: string }) => command.type.slice(commandTypePrefix.length) as CommandKind

/** Where the JSON Schema of what a command carries stands in the published schema of commands. */
export const commandSchemaRef = (kind: CommandKind): string =>
  `urn:holdfast:schema:command:v1#/oneOf/${commandKinds.indexOf(kind)}/properties/data`

export const commandSchema = unionByType(commandKinds.map(buildCommandSchema)).meta({
  title: 'Command',
  description: 'A record of freeze.commands.',
})
