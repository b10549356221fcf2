import { answerCommands, type Command, commandType, consequenceIdOf, formatActor, type MemberActor } from '@holdfast/schemas'
import { fingerprintOf } from '@holdfast/trust'
import type { MatchedAnswer } from './match-answers.ts'
import type { Reading } from './read-answers.ts'

/**
 * The command that an answer is, in the name of who gave it. Made again it has the same id, and the ledger drops it. What says something else under an old id is another command: the
 * name of a part of a bank's message has its meaning in it, the id of an event has not.
 */
export function commandOfAnswer(
  { answerId, orderId, requestId, said: { kind, details } }: MatchedAnswer,
  sender: MemberActor,
  { format, source, correlationid, traceparent }: Reading,
  receivedAt: Date,
): Command {
  const name = `answer/${sender.country}/${source}/${answerId}`
  const cause = format === 'json' ? `${name}/${fingerprintOf(sender.country, orderId, { kind, details })}` : name
  return {
    specversion: '1.0',
    id: consequenceIdOf('command', requestId, cause),
    source: '/holdfast/dispatch',
    type: commandType(answerCommands[kind]),
    subject: requestId,
    time: receivedAt.toISOString(),
    datacontenttype: 'application/json',
    causationid: answerId,
    correlationid: correlationid ?? requestId,
    actor: formatActor(sender),
    ...(traceparent ? { traceparent } : {}),
    data: kind === 'acknowledged' ? { orderId, ...details } : details,
  } as Command
}
