import {
  type Answer,
  answerCommands,
  answerSchema,
  type Command,
  commandType,
  consequenceIdOf,
  formatActor,
  type MemberActor,
  parseJson,
  parseWith,
  topics,
} from '@holdfast/schemas'
import { type DeadLetters, type ServiceContext, takenAt } from '@holdfast/service-kit'
import type { OutgoingRecord, StreamRecord } from '@holdfast/streams'

type Dependencies = Pick<ServiceContext, 'streams' | 'verify' | 'clock'> & { readonly deadLetters: DeadLetters }

/** Turns each answer of an institution into one command, in the institution's name; what can't be read or comes from nobody goes to the dead letters. */
export const onAnswers = (deps: Dependencies) => async (records: readonly StreamRecord[]) => {
  const commands: OutgoingRecord[] = []
  for (const record of records) {
    const command = await commandOf(deps, record)
    if (command) commands.push({ key: command.subject, value: JSON.stringify(command) })
  }
  if (commands.length > 0) await deps.streams.publish(topics.commands.name, commands)
}

async function commandOf(deps: Dependencies, record: StreamRecord): Promise<Command | undefined> {
  const keep = (reason: string) => deps.deadLetters.keep(record, reason).then(() => undefined)
  const sender = await deps.verify(record.headers.authorization, takenAt(deps.clock, record))
  if (!sender.ok) return keep(`${sender.error.code}: ${sender.error.message}`)
  if (sender.value.role !== 'institution' && sender.value.role !== 'fiu')
    return keep('NOT_PERMITTED: an answer comes from an institution or FIU')
  const json = parseJson(record.value)
  const parsed = json.ok ? parseWith(answerSchema, json.value) : json
  if (!parsed.ok) return keep(parsed.error.map(({ path, message }) => `${path || '/'}: ${message}`).join('; '))
  return toCommand(parsed.value, sender.value, deps.clock.now())
}

function toCommand(answer: Answer, sender: MemberActor, receivedAt: Date): Command {
  const { requestId, orderId, kind, details } = answer.data
  return {
    specversion: '1.0',
    id: consequenceIdOf('command', requestId, `answer/${sender.country}/${answer.source}/${answer.id}`),
    source: '/holdfast/dispatch',
    type: commandType(answerCommands[kind]),
    subject: requestId,
    time: receivedAt.toISOString(),
    datacontenttype: 'application/json',
    causationid: answer.id,
    correlationid: answer.correlationid ?? requestId,
    actor: formatActor(sender),
    ...(answer.traceparent ? { traceparent: answer.traceparent } : {}),
    data: kind === 'acknowledged' ? { orderId, ...details } : details,
  } as Command
}
