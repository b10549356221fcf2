import { z } from 'zod'
import { commandEventSchema } from './cloud-event.ts'
import {
  dateSchema,
  freezeBasisSchema,
  instantSchema,
  referenceSchema,
  rejectionCodeSchema,
  requestIdSchema,
  returnBasisSchema,
  textSchema,
} from './codes.ts'
import { deadlineKindSchema } from './deadlines.ts'
import { findingsSchema } from './findings.ts'
import { freezeRequestSchema } from './freeze-request.ts'
import { moneySchema, positiveMoneySchema } from './money.ts'

const noteSchema = textSchema(1, 500)
const assessment = { findings: findingsSchema }

/** What each command carries. Money that came back or is held is in the currency of the request; a rate is stored, never recomputed. */
export const commandBodies = {
  OpenRequest: z.strictObject({ request: freezeRequestSchema }),
  PassAssessment: z.strictObject(assessment),
  SendToReview: z.strictObject(assessment),
  AskInformation: z.strictObject(assessment),
  Reject: z.strictObject({ code: rejectionCodeSchema, text: noteSchema.optional(), ...assessment }),
  MarkDuplicate: z.strictObject({ standingRequestId: requestIdSchema, ...assessment }),
  ProposeVerification: z.strictObject({ note: noteSchema.optional() }),
  ApproveVerification: z.strictObject({ note: noteSchema.optional() }),
  ProvideInformation: z.strictObject({ request: freezeRequestSchema, note: noteSchema.optional() }),
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
  /** V22: a confirmation carries instrument, authority, reference and date; without `expiresAt` it has no end of its own. */
  ConfirmFreeze: z.strictObject({
    instrument: z.enum(['COURT_ORDER', 'PROSECUTOR_ORDER', 'FIU_ORDER', 'MLA_REQUEST', 'FREEZING_CERTIFICATE']),
    authority: textSchema(1, 140),
    reference: referenceSchema,
    date: dateSchema,
    expiresAt: instantSchema.optional(),
  }),
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
  DeadlinePassed: z.strictObject({ kind: deadlineKindSchema, dueAt: instantSchema }),
} as const

export type CommandKind = keyof typeof commandBodies
export const commandKinds = Object.keys(commandBodies) as CommandKind[]

const commandTypePrefix = 'holdfast.command.v1.'
export const commandType = <K extends CommandKind>(kind: K) => `${commandTypePrefix}${kind}` as const

type CommandEvent<K extends CommandKind> = z.output<ReturnType<typeof buildCommandSchema<K>>>
const buildCommandSchema = <K extends CommandKind>(kind: K) => commandEventSchema(commandType(kind), commandBodies[kind])

/** A command as it stands in `freeze.commands`. */
export type Command = {
  [K in CommandKind]: Omit<CommandEvent<K>, 'type' | 'data'> & { type: `holdfast.command.v1.${K}`; data: CommandBody<K> }
}[CommandKind]
export type CommandBody<K extends CommandKind> = z.output<(typeof commandBodies)[K]>

export const commandKindOf = (command: { readonly type: string }) => command.type.slice(commandTypePrefix.length) as CommandKind

export const commandSchema = z
  .discriminatedUnion('type', commandKinds.map(buildCommandSchema) as unknown as [ReturnType<typeof buildCommandSchema<'OpenRequest'>>])
  .meta({ title: 'Command', description: 'A record of freeze.commands.' })
