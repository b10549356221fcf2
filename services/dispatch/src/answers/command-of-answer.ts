import { answerCommands, type Command, commandType, consequenceIdOf, formatActor, type MemberActor } from '@holdfast/schemas'
import type { MatchedAnswer } from './match-answers.ts'
import type { Reading } from './read-answers.ts'

/** The command that an answer is, in the name of who gave it. Made again it has the same id, and the ledger drops it. */
export function commandOfAnswer(
  { answerId, orderId, requestId, said: { kind, details } }: MatchedAnswer,
  sender: MemberActor,
  { source, correlationid, traceparent }: Reading,
  receivedAt: Date,
): Command {
  return {
    specversion: '1.0',
    id: consequenceIdOf('command', requestId, `answer/${sender.country}/${source}/${answerId}`),
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
