import { actorSchema, countrySchema, eventSchema, requestIdSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { type AnswerKind, answerCommands } from './answers.ts'

/** How one payment of a message was read. Without a command it was not understood, and an officer was alerted. */
const partSchema = z.strictObject({
  requestId: requestIdSchema,
  orderId: z.uuid(),
  kind: z.enum(Object.keys(answerCommands) as [AnswerKind, ...AnswerKind[]]).optional(),
  commandId: z.string().max(200).optional(),
})

const bankMessageBodySchema = z.strictObject({
  country: countrySchema,
  /** The authenticated sender. */
  sender: actorSchema,
  /** The message definition, such as `camt.029.001.09`. */
  messageDefinition: z.string().max(40),
  /** The message id that the bank chose. */
  messageIdentification: z.string().max(200),
  /** One part for each order, in the order of the message. */
  parts: z.array(partSchema).min(1),
  /** The message, unchanged. */
  text: z.string(),
})

export const bankMessageType = 'holdfast.bank-message.v1'
export const bankMessageSchema = eventSchema(bankMessageType, bankMessageBodySchema).meta({
  title: 'Bank message',
  description: 'A record of freeze.bank-messages.<cc>.',
})
export type BankMessage = z.output<typeof bankMessageSchema>
