import { type BankMessage, type BankMessageView, bankMessageSchema } from '@holdfast/payment-stop/language'
import { parseJson, parseStored } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import type { StreamRecord } from '@holdfast/streams'
import type { OrderOffset } from './stored-orders.ts'

/**
 * Which messages answered the orders of a request. Message and sender are read from the topic while it still has them:
 * here, a person's name would outlive the keys of the request.
 */
export interface StoredBankMessages {
  /** To be called within a write. Ignores invalid and known records. */
  take(records: readonly StreamRecord[]): void
  /** To be called within a write, because the topic was replaced. */
  forget(topic: string): void
  /** Oldest first. */
  of(requestId: string): BankMessageView[]
  offsetOf(requestId: string, messageId: string): OrderOffset | undefined
}

/** One row for each request that a message is about. */
const tables = `
  CREATE TABLE IF NOT EXISTS bank_messages (request_id TEXT NOT NULL, message_id TEXT NOT NULL, topic TEXT NOT NULL, "offset" INTEGER NOT NULL, view TEXT NOT NULL,
    PRIMARY KEY (request_id, message_id)) STRICT, WITHOUT ROWID;
`

export function createStoredBankMessages(file: SqliteFile): StoredBankMessages {
  file.schema(tables)
  const keep = file.prepare('INSERT OR IGNORE INTO bank_messages VALUES (?, ?, ?, ?, ?)')
  const readViews = file.prepare('SELECT view FROM bank_messages WHERE request_id = ? ORDER BY topic, "offset"')
  const readOffset = file.prepare('SELECT topic, "offset" FROM bank_messages WHERE message_id = ? AND request_id = ?')
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
    offsetOf: (requestId, messageId) => readOffset.get(messageId, requestId) as OrderOffset | undefined,
  }
}

/** Undefined if the text is not a bank message. */
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
