import { z } from 'zod'
import { foreignEventSchema } from '../cloud-event.ts'
import { bicSchema, requestIdSchema } from '../codes.ts'
import { type CommandKind, commandBodies, questionBody } from '../requests/commands.ts'

/** What an institution can answer to an order, and the command each answer becomes. */
export const answerCommands = {
  acknowledged: 'AcknowledgeOrder',
  frozen: 'ReportFreeze',
  noFunds: 'ReportNoFunds',
  notFound: 'ReportNotFound',
  movedOnward: 'ReportMovedOnward',
  interim: 'ReportInterim',
  question: 'AskInformation',
  returnInitiated: 'InitiateReturn',
  returned: 'ReportReturn',
} as const satisfies Record<string, CommandKind>
export type AnswerKind = keyof typeof answerCommands

const bodies = {
  acknowledged: commandBodies.AcknowledgeOrder.omit({ orderId: true }),
  frozen: commandBodies.ReportFreeze,
  noFunds: commandBodies.ReportNoFunds,
  notFound: commandBodies.ReportNotFound,
  movedOnward: commandBodies.ReportMovedOnward,
  interim: commandBodies.ReportInterim,
  question: questionBody.pick({ question: true }).required(),
  returnInitiated: commandBodies.InitiateReturn,
  returned: commandBodies.ReportReturn,
} as const satisfies Record<AnswerKind, z.ZodType>

const common = { orderId: z.uuid(), requestId: requestIdSchema, institution: z.strictObject({ bic: bicSchema }) }

/** An answer without the event it travels in. */
export const answerBodySchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...common, kind: z.literal('acknowledged'), details: bodies.acknowledged }),
  z.strictObject({ ...common, kind: z.literal('frozen'), details: bodies.frozen }),
  z.strictObject({ ...common, kind: z.literal('noFunds'), details: bodies.noFunds }),
  z.strictObject({ ...common, kind: z.literal('notFound'), details: bodies.notFound }),
  z.strictObject({ ...common, kind: z.literal('movedOnward'), details: bodies.movedOnward }),
  z.strictObject({ ...common, kind: z.literal('interim'), details: bodies.interim }),
  z.strictObject({ ...common, kind: z.literal('question'), details: bodies.question }),
  z.strictObject({ ...common, kind: z.literal('returnInitiated'), details: bodies.returnInitiated }),
  z.strictObject({ ...common, kind: z.literal('returned'), details: bodies.returned }),
])
export type AnswerBody = z.output<typeof answerBodySchema>

export const answerType = 'holdfast.answer.v1'
export const answerSchema = foreignEventSchema(answerType, answerBodySchema).meta({
  title: 'Answer',
  description: 'A record of freeze.answers.',
})
export type Answer = z.output<typeof answerSchema>

/** What an institution gets for what it sent: what it was understood as, and what a person will look at. */
export interface AnswerReceipt {
  readonly answers: ReadonlyArray<{
    readonly answerId: string
    readonly kind: AnswerKind
    readonly orderId: string
    readonly requestId: string
  }>
  readonly attention: ReadonlyArray<{
    readonly code: string
    readonly message: string
    readonly requestId?: string
    readonly orderId?: string
  }>
}
