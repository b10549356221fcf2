import { type BankMessage, type BankMessageView, bankMessageSchema, parseJson, parseStored } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import type { StreamRecord } from '@holdfast/streams'
import type { OrderOffset } from './stored-orders.ts'

/** By which messages the orders of which request were answered. What stands in one is read where it lies, for as long as it lies there; who sent it as well, as a person's name would outlive the keys of the request here. */
export interface StoredBankMessages {
  /** To be called within a write. Records that are none, or are known already, change nothing. */
  take(records: readonly StreamRecord[]): void
  /** To be called within a write: what was read of this topic lies there no more, since it is another one. */
  forget(topic: string): void
  /** Oldest first. */
  of(requestId: string): BankMessageView[]
  placeOf(requestId: string, messageId: string): OrderOffset | undefined
}

/** A row for each request that a message is about. */
const tables = `
  CREATE TABLE IF NOT EXISTS bank_messages (request_id TEXT NOT NULL, message_id TEXT NOT NULL, topic TEXT NOT NULL, "offset" INTEGER NOT NULL, view TEXT NOT NULL,
    PRIMARY KEY (request_id, message_id)) STRICT, WITHOUT ROWID;
`

export function createStoredBankMessages(file: SqliteFile): StoredBankMessages {
  file.schema(tables)
  const keep = file.prepare('INSERT OR IGNORE INTO bank_messages VALUES (?, ?, ?, ?, ?)')
  const readViews = file.prepare('SELECT view FROM bank_messages WHERE request_id = ? ORDER BY topic, "offset"')
  const readPlace = file.prepare('SELECT topic, "offset" FROM bank_messages WHERE message_id = ? AND request_id = ?')
  const forget = file.prepare('DELETE FROM bank_messages WHERE topic = ?')
  return {
    take(records) {
      for (const { topic, offset, value } of records) {
        const message = readBankMessage(value)
        if (!message) continue
        for (const [requestId, parts] of Map.groupBy(message.data.parts, part => part.requestId))
          keep.run(requestId, message.id, topic, offset, JSON.stringify(viewOf(message, parts)))
      }
    },
    forget: topic => void forget.run(topic),
    of: requestId => readViews.all(requestId).map(({ view }) => JSON.parse(view as string) as BankMessageView),
    placeOf: (requestId, messageId) => readPlace.get(messageId, requestId) as OrderOffset | undefined,
  }
}

/** Undefined where the text is none. */
export function readBankMessage(text: string): BankMessage | undefined {
  const json = parseJson(text)
  const message = json.ok ? parseStored(bankMessageSchema, json.value) : json
  return message.ok ? message.value : undefined
}

function viewOf(
  { id, time, data: { messageDefinition, messageIdentification } }: BankMessage,
  parts: BankMessage['data']['parts'],
): BankMessageView {
  return { id, at: time, messageDefinition, messageIdentification, parts: parts.map(({ requestId: _, ...part }) => part) }
}
