import { type BankMessage, bankMessageType } from '@holdfast/payment-stop/language'
import { bankMessagesTopic, deterministicId, formatActor } from '@holdfast/schemas'
import { type EngineSecret, keyedDigestOf } from '@holdfast/trust'
import type { Outbound } from '../outbound.ts'
import { commandIdOf } from './command-of-answer.ts'
import type { MatchedAnswers } from './match-answers.ts'
import type { ReceivedDocument } from './matched-answer.ts'

/** The longest name that is stored: a number of ISO 20022 has 35 characters. */
const nameMax = 200

/**
 * The message by which an institution answered, stored for its country: its original text, with the interpretation of
 * each part. Undefined for a document that is no message or matches no order. A repeat has the same id; another text
 * under its number has another id.
 */
export function bankMessageOf(
  secret: EngineSecret,
  { sender, document, matched }: ReceivedDocument & { readonly matched: MatchedAnswers },
  now: Date,
): Outbound | undefined {
  const { message, eventId, source } = document
  if (!message) return undefined
  const understood = matched.answers.map(answer => ({
    requestId: answer.requestId,
    orderId: answer.orderId,
    kind: answer.content.kind,
    commandId: commandIdOf(secret, answer, sender, document),
  }))
  const unclear = matched.attention.flatMap(({ requestId, orderId }) =>
    requestId !== undefined && orderId !== undefined && !understood.some(part => part.orderId === orderId) ? [{ requestId, orderId }] : [],
  )
  const parts = [...understood, ...unclear]
  if (parts.length === 0) return undefined
  const { country } = sender
  const stored: BankMessage = {
    specversion: '1.0',
    id: deterministicId('bank-message', country, source, eventId, keyedDigestOf(secret, 'bank message', message.text)),
    source: '/holdfast/dispatch',
    type: bankMessageType,
    time: now.toISOString(),
    datacontenttype: 'application/json',
    data: {
      country,
      sender: formatActor(sender),
      messageDefinition: message.definition,
      messageIdentification: eventId.slice(0, nameMax),
      parts,
      text: message.text,
    },
  }
  return { topic: bankMessagesTopic(country), id: stored.id, key: country, value: JSON.stringify(stored) }
}
