import type { RefusalCode } from '@holdfast/schemas'
import { bicSchema, foreignEventSchema, requestIdSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { questionBody } from '../commands/ask-information.ts'
import { commandBodies } from '../events/commands.ts'
import { type CommandKind, commandsOfFact, type FactKind } from '../events/registry.ts'

/** The kinds of answers to an order, and the command that each becomes. */
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

const answerKinds = Object.keys(answerCommands) as AnswerKind[]

/** The kind of the answer that becomes this command; undefined if no answer does. */
export const answerKindOfCommand = (command: string): AnswerKind | undefined => answerKinds.find(kind => answerCommands[kind] === command)

/** The kind of the answer that became a fact of this kind; undefined if no answer does. */
export const answerKindOfFact = (fact: FactKind): AnswerKind | undefined => commandsOfFact(fact).map(answerKindOfCommand).find(Boolean)

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

/** An answer without its event envelope. */
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

/** The result of an answer, for the institution of its order: `GET /v1/answers/ID`. */
export interface AnswerView {
  /** The id of the answer's command, which is the cause of its fact or refusal. */
  readonly answerId: string
  readonly orderId: string
  readonly requestId: string
  /** Undefined for a kind that this version does not know. */
  readonly kind?: AnswerKind
  /**
   * `proposed`: another person of the institution must approve it. `refused`: `code` and `message` give the reason.
   */
  readonly outcome: 'applied' | 'proposed' | 'refused'
  /** For an applied answer: the number of its fact, by which a correction names it in `report`. */
  readonly sequence?: number
  /** Present while a proposal awaits its second approval. */
  readonly waiting?: true
  /** When the answer was received. */
  readonly at: string
  /** The actor. */
  readonly by: string
  /** For a proposal: the `details` that the approver must repeat. */
  readonly details?: object
  readonly code?: RefusalCode
  readonly message?: string
  /** Refused because the request had already ended. */
  readonly late?: true
}

/** The response of `GET /v1/orders/ID/answers`: the last hundred answers to an order, oldest first. */
export interface OrderAnswers {
  readonly orderId: string
  readonly answers: readonly AnswerView[]
}

/** The response to an institution's message: how the engine read it, and what a person has to check. */
export interface AnswerReceipt {
  readonly answers: ReadonlyArray<{
    /** The cause of the resulting fact or refusal; unique to this answer. */
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
