import type { SqliteFile } from '@holdfast/sqlite'
import { assertEntries } from '../limits.ts'
import type { OpenPayments } from '../open-payments.ts'
import { orUnavailable } from './or-unavailable.ts'

const schema = `
  CREATE TABLE IF NOT EXISTS open_payments (
    payment_key TEXT PRIMARY KEY,
    request_id TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`

/** The open payments in a SQLite file. */
export function createEmbeddedOpenPayments(file: SqliteFile): OpenPayments {
  file.schema(schema)
  const insert = file.prepare('INSERT INTO open_payments (payment_key, request_id) VALUES (?, ?) ON CONFLICT (payment_key) DO NOTHING')
  const find = file.prepare('SELECT request_id AS requestId FROM open_payments WHERE payment_key = ?')
  const remove = file.prepare('DELETE FROM open_payments WHERE payment_key = ? AND request_id = ?')

  return {
    async claim(paymentKey, requestId) {
      return orUnavailable(file.path, () =>
        file.write(() => {
          insert.run(paymentKey, requestId)
          const held = find.get(paymentKey) as { requestId: string } | undefined
          return held?.requestId ?? requestId
        }),
      )
    },

    async release(payments) {
      assertEntries(payments)
      await orUnavailable(file.path, () =>
        file.write(() => {
          for (const { paymentKey, requestId } of payments) remove.run(paymentKey, requestId)
        }),
      )
    },
  }
}
