import type { LedgerFact, RefusedCommand } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'

/** The order and the request that an answer belongs to. */
export interface AnsweredOrder {
  readonly answerId: string
  readonly orderId: string
  readonly requestId: string
}

export interface AnswerReader {
  /** Undefined if this desk has read no decision of the ledger on the answer. */
  answer(answerId: string): AnsweredOrder | undefined
  /** The last answers to an order, oldest first. */
  answersTo(orderId: string): AnsweredOrder[]
}

export interface StoredAnswers extends AnswerReader {
  /** To be called within a write, with each fact and refusal. */
  keep(entry: LedgerFact | RefusedCommand): void
}

const answersOfOrderMax = 100

/** Facts and refusals caused by answers: by the id of the answer, and by its order. */
const answerTables = `
  CREATE TABLE IF NOT EXISTS answers (answer_id TEXT PRIMARY KEY, order_id TEXT NOT NULL, request_id TEXT NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS answers_order ON answers (order_id);
`

export function createStoredAnswers(file: SqliteFile): StoredAnswers {
  file.schema(answerTables)
  const insert = file.prepare('INSERT OR IGNORE INTO answers (answer_id, order_id, request_id) VALUES (?, ?, ?)')
  const columns = 'answer_id AS answerId, order_id AS orderId, request_id AS requestId'
  const readOne = file.prepare(`SELECT ${columns} FROM answers WHERE answer_id = ?`)
  const readOfOrder = file.prepare(`SELECT ${columns} FROM answers WHERE order_id = ? ORDER BY rowid DESC LIMIT ${answersOfOrderMax}`)
  return {
    keep({ causationid, orderid, subject }) {
      if (typeof orderid === 'string') insert.run(causationid, orderid, subject)
    },
    answer: answerId => readOne.get(answerId) as AnsweredOrder | undefined,
    answersTo: orderId => (readOfOrder.all(orderId) as unknown as AnsweredOrder[]).reverse(),
  }
}
