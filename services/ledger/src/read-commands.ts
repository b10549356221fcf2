import type { DeadLetters, LogTime } from '@holdfast/runtime'
import { accepted, type Command, commandType, parseJson, parseStoredCommand } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'

/** A command and the record it came in, which goes to the dead letters whole if no history can hold the command. */
export interface ReceivedCommand {
  readonly command: Command
  readonly record: StreamRecord
}

export interface ReadingDependencies {
  readonly deadLetters: DeadLetters
  readonly logTime: Pick<LogTime, 'saidAt'>
}

/** Reads the commands of a batch. Anybody who can write to the topic can write nonsense: it goes aside with its reason, and the partition goes on. */
export async function readCommands(
  records: readonly StreamRecord[],
  { deadLetters, logTime }: ReadingDependencies,
): Promise<ReceivedCommand[]> {
  const received: ReceivedCommand[] = []
  for (const record of records) {
    const parsed = commandIn(record)
    if (!parsed.ok) await deadLetters.keep(record, parsed.error.map(({ path, message }) => `${path || '/'}: ${message}`).join('; '))
    else if (parsed.value.subject !== record.key) await deadLetters.keep(record, 'the key of the record is not the subject of the command')
    else received.push({ command: timed(parsed.value, record, logTime), record })
  }
  return received
}

/** What this process has written itself was checked before. */
function commandIn({ value, event }: StreamRecord) {
  if (event !== undefined) return accepted(event as Command)
  const json = parseJson(value)
  return json.ok ? parseStoredCommand(json.value) : json
}

/** What a command arms counts from its time, and a hold that is counted from a clock that is days behind has ended once that is set (ADR 26). A request was received when its receipt says so. */
const timed = (command: Command, record: StreamRecord, { saidAt }: ReadingDependencies['logTime']): Command =>
  command.type === commandType('OpenRequest') ? command : { ...command, time: saidAt(record, command.time) }
