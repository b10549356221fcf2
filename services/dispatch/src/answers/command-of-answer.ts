import { signatureToStore } from '@holdfast/access'
import { answerCommands, type Command, type CommandBody, type CommandKind, commandEvent } from '@holdfast/payment-stop/language'
import { actorWithProofOf, consequenceIdOf, type MemberActor, type Signed } from '@holdfast/schemas'
import { type EngineSecret, fingerprintOf, keyedDigestOf } from '@holdfast/trust'
import type { MatchedAnswer, ReceivedDocument } from './matched-answer.ts'
import type { AnswerDocument } from './read-answers.ts'

/**
 * Returns the same id for the same answer. A JSON answer with other content under an old id is another command: the
 * number of a bank's message identifies its content, the id of an event does not.
 *
 * The content enters as a keyed digest only, because the id remains after crypto-shredding.
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

/**
 * The command that an answer makes, with the answer's sender as actor. A repeat has the same id, and the ledger drops
 * it. Stores the signed event whole: the command itself lacks the order and its office.
 */
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
    ...actorWithProofOf(sender),
    orderid: orderId,
    orderbic: orderBic,
    traceparent: document.traceparent,
  })
}
