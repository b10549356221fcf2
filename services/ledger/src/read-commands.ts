import type { Workflow } from '@holdfast/core'
import type { DeadLetters, LogTime } from '@holdfast/runtime'
import { accepted, type CommandEvent, commandTypeOf, parseJson } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'

/** A command with its record, which becomes a dead letter if no history can contain the command. */
export interface ReceivedCommand {
  readonly command: CommandEvent
  readonly record: StreamRecord
}

export interface ReadingDependencies {
  readonly workflow: Pick<Workflow, 'opening' | 'parseCommand'>
  readonly deadLetters: DeadLetters
  readonly logTime: Pick<LogTime, 'statedAt'>
}

/**
 * Reads the commands of a batch. Any writer of the topic can write invalid records: they become dead letters with their
 * reasons, and the partition continues.
 */
export async function readCommands(
  records: readonly StreamRecord[],
  { workflow, deadLetters, logTime }: ReadingDependencies,
): Promise<ReceivedCommand[]> {
  const received: ReceivedCommand[] = []
  const opening = commandTypeOf(workflow.opening)
  for (const record of records) {
    const parsed = commandIn(record, workflow)
    if (!parsed.ok) await deadLetters.keep(record, parsed.error.map(({ path, message }) => `${path || '/'}: ${message}`).join('; '))
    else if (parsed.value.subject !== record.key) await deadLetters.keep(record, 'the key of the record is not the subject of the command')
    else received.push({ command: parsed.value.type === opening ? parsed.value : timed(parsed.value, record, logTime), record })
  }
  return received
}

/** Records that this process wrote were validated before. */
function commandIn({ value, event }: StreamRecord, { parseCommand }: ReadingDependencies['workflow']) {
  if (event !== undefined) return accepted(event as CommandEvent)
  const json = parseJson(value)
  return json.ok ? parseCommand(json.value) : json
}

/**
 * Deadlines count from the time of their command. A hold that counts from a clock days behind would end as soon as that
 * clock is corrected (ADR 26). Requests keep their own time, which is in their receipts.
 */
const timed = (command: CommandEvent, record: StreamRecord, { statedAt }: ReadingDependencies['logTime']): CommandEvent => ({
  ...command,
  time: statedAt(record, command.time),
})
