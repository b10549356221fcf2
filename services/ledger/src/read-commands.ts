import { type Command, commandSchema, parseJson, parseKept } from '@holdfast/schemas'
import type { DeadLetters } from '@holdfast/service-kit'
import type { StreamRecord } from '@holdfast/streams'

/** A command and the record it came in, which goes to the dead letters whole if no history can hold the command. */
export interface ReceivedCommand {
  readonly command: Command
  readonly record: StreamRecord
}

/** Reads the commands of a batch. Anybody who can write to the topic can write nonsense: it goes aside with its reason, and the partition goes on. */
export async function readCommands(records: readonly StreamRecord[], deadLetters: DeadLetters): Promise<ReceivedCommand[]> {
  const received: ReceivedCommand[] = []
  for (const record of records) {
    const json = parseJson(record.value)
    const parsed = json.ok ? parseKept(commandSchema, json.value) : json
    if (!parsed.ok) await deadLetters.keep(record, parsed.error.map(({ path, message }) => `${path || '/'}: ${message}`).join('; '))
    else if (parsed.value.subject !== record.key) await deadLetters.keep(record, 'the key of the record is not the subject of the command')
    else received.push({ command: parsed.value as Command, record })
  }
  return received
}
