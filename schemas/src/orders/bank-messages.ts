import { z } from 'zod'
import { actorSchema } from '../actors/actor.ts'
import { eventSchema } from '../cloud-event.ts'
import { countrySchema, requestIdSchema } from '../codes.ts'
import { type AnswerKind, answerCommands } from './answers.ts'

/** What one payment in a message was understood as. Without a command it said nothing that could be understood, and a person was told. */
const partSchema = z.strictObject({
  requestId: requestIdSchema,
  orderId: z.uuid(),
  kind: z.enum(Object.keys(answerCommands) as [AnswerKind, ...AnswerKind[]]).optional(),
  commandId: z.string().max(200).optional(),
})

const bankMessageBodySchema = z.strictObject({
  country: countrySchema,
  /** Who sent it, as the door knows them. */
  sender: actorSchema,
  /** What it is, such as `camt.029.001.09`. */
  messageDefinition: z.string().max(40),
  /** The number that the bank gave it. */
  messageIdentification: z.string().max(200),
  /** Of the orders it is about, in their place in the message. */
  parts: z.array(partSchema).min(1),
  /** The message as it came. */
  text: z.string(),
})

export const bankMessageType = 'holdfast.bank-message.v1'
export const bankMessageSchema = eventSchema(bankMessageType, bankMessageBodySchema).meta({
  title: 'Bank message',
  description: 'A record of freeze.bank-messages.<cc>.',
})
export type BankMessage = z.output<typeof bankMessageSchema>
