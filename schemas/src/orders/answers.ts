import { z } from 'zod'
import { foreignEventSchema } from '../cloud-event.ts'
import { bicSchema, requestIdSchema } from '../codes.ts'
import { type CommandKind, commandBodies, questionBody } from '../requests/commands.ts'
import type { FactKind } from '../requests/facts.ts'
import type { RefusalCode } from '../requests/refusals.ts'

/** What an institution can answer to an order, and the command each answer becomes. */
export const answerCommands = {
  acknowledged: 'AcknowledgeOrder',
  frozen: 'ReportFreeze',
  noFunds: 'ReportNoFunds',
  notFound: 'ReportNotFound',
  movedOnward: 'ReportMovedOnward',
  interim: 'ReportInterim',
  corrected: 'CorrectAnswer',
  question: 'AskInformation',
  returnInitiated: 'InitiateReturn',
  returned: 'ReportReturn',
} as const satisfies Record<string, CommandKind>
export type AnswerKind = keyof typeof answerCommands

/** The fact that the ledger makes of each answer, where it takes it. */
export const answerFacts = {
  acknowledged: 'OrderAcknowledged',
  frozen: 'FreezeReported',
  noFunds: 'NoFundsReported',
  notFound: 'NotFoundReported',
  movedOnward: 'MovedOnwardReported',
  interim: 'InterimReported',
  corrected: 'AnswerCorrected',
  question: 'InformationRequested',
  returnInitiated: 'ReturnInitiated',
  returned: 'ReturnReported',
} as const satisfies Record<AnswerKind, FactKind>

const bodies = {
  acknowledged: commandBodies.AcknowledgeOrder.omit({ orderId: true }),
  frozen: commandBodies.ReportFreeze,
  noFunds: commandBodies.ReportNoFunds,
  notFound: commandBodies.ReportNotFound,
  movedOnward: commandBodies.ReportMovedOnward,
  interim: commandBodies.ReportInterim,
  corrected: commandBodies.CorrectAnswer,
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
  z.strictObject({ ...common, kind: z.literal('corrected'), details: bodies.corrected }),
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

/** What became of an answer, as `GET /v1/answers/ID` gives it to the institution whose order it is to. */
export interface AnswerView {
  /** The id of the command that the answer is: the cause of its fact or refusal. */
  readonly answerId: string
  readonly orderId: string
  readonly requestId: string
  /** Undefined of an answer of a kind that this version does not know. */
  readonly kind?: AnswerKind
  /** `proposed`: a second person of the institution must say the same. `refused`: `code` and `message` say why. */
  readonly outcome: 'applied' | 'proposed' | 'refused'
  /** Of what is proposed, while it waits for the second person. */
  readonly waiting?: true
  /** When the answer was received. */
  readonly at: string
  /** Who gave it. */
  readonly by: string
  /** Of what is proposed: the `details` that the second person must repeat. */
  readonly details?: object
  readonly code?: RefusalCode
  readonly message?: string
  /** It was refused as the request had ended before. */
  readonly late?: true
}

/** What `GET /v1/orders/ID/answers` gives: the last hundred answers to an order, oldest first. */
export interface OrderAnswers {
  readonly orderId: string
  readonly answers: readonly AnswerView[]
}

/** What an institution gets for what it sent: what it was understood as, and what a person will look at. */
export interface AnswerReceipt {
  readonly answers: ReadonlyArray<{
    /** The cause of the fact or refusal that comes of it; no other answer has it. */
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
