import { signatureToStore } from '@holdfast/access'
import {
  actsBy,
  answerCommands,
  type Command,
  type CommandBody,
  type CommandKind,
  commandEvent,
  consequenceIdOf,
  type MemberActor,
  type Signed,
} from '@holdfast/schemas'
import { type EngineSecret, fingerprintOf, keyedDigestOf } from '@holdfast/trust'
import type { MatchedAnswer, ReceivedDocument } from './matched-answer.ts'
import type { AnswerDocument } from './read-answers.ts'

/**
 * The same for the same answer. What says something else under an old id is another command: the name of a part of a bank's message has its meaning in it, the id of an event has not. Of what is said there is a mark in it, as it
 * stays where the words are destroyed.
 */
export function commandIdOf(
  secret: EngineSecret,
  { answerId, orderId, requestId, content: { kind, details } }: MatchedAnswer,
  { country }: MemberActor,
  { format, source }: Pick<AnswerDocument, 'format' | 'source'>,
): string {
  const name = `answer/${country}/${source}/${answerId}`
  return consequenceIdOf(
    'command',
    requestId,
    format === 'json' ? `${name}/${keyedDigestOf(secret, 'answer', fingerprintOf(country, orderId, { kind, details }))}` : name,
  )
}

/** The command that an answer is, in the name of who gave it. Made again it has the same id, and the ledger drops it. What was signed is kept whole: an order and its office stand in no command. */
export function commandOfAnswer(
  secret: EngineSecret,
  answer: MatchedAnswer,
  { sender, signed, document }: ReceivedDocument,
  receivedAt: Date,
): Command {
  const { answerId, orderId, orderBic, requestId, content } = answer
  const { kind, details } = content
  const data = {
    ...(kind === 'acknowledged' ? { orderId } : {}),
    ...details,
    ...(signed ? { signed: signatureToStore(signed, signed.event.data as Signed['data']) } : {}),
  }
  return commandEvent<CommandKind>(answerCommands[kind], data as CommandBody<CommandKind>, {
    id: commandIdOf(secret, answer, sender, document),
    service: 'dispatch',
    subject: requestId,
    time: receivedAt.toISOString(),
    causationid: answerId,
    correlationid: document.correlationid ?? requestId,
    ...actsBy(sender),
    orderid: orderId,
    orderbic: orderBic,
    traceparent: document.traceparent,
  })
}
