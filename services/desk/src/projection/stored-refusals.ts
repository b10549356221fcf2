import type { RefusedCommand } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import type { StreamRecord } from '@holdfast/streams'

/** Stored refusals. The ledger bounds their number per request. */
export interface StoredRefusals {
  /** To be called within a write. */
  keep(record: StreamRecord, refused: RefusedCommand): void
  /** All of one request, oldest first. */
  of(requestId: string): RefusedCommand[]
  /** The refusal of a command, if it was refused. */
  causedBy(requestId: string, commandId: string): RefusedCommand | undefined
}

const refusalTables = `
  CREATE TABLE IF NOT EXISTS refusals (
    partition INTEGER NOT NULL,
    "offset" INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    cause TEXT NOT NULL,
    line TEXT NOT NULL,
    UNIQUE (partition, "offset"),
    UNIQUE (request_id, number)
  ) STRICT;
`

export function createStoredRefusals(file: SqliteFile): StoredRefusals {
  file.schema(refusalTables)
  const insert = file.prepare('INSERT INTO refusals (partition, "offset", request_id, number, cause, line) VALUES (?, ?, ?, ?, ?, ?)')
  const ofRequest = file.prepare('SELECT line FROM refusals WHERE request_id = ? ORDER BY number')
  const ofCommand = file.prepare('SELECT line FROM refusals WHERE request_id = ? AND cause = ?')
  return {
    keep({ partition, offset, value }, refused) {
      const { subject, number, causationid } = refused
      insert.run(partition, offset, subject, number, causationid, value)
    },
    of: requestId => (ofRequest.all(requestId) as { line: string }[]).map(({ line }) => JSON.parse(line) as RefusedCommand),
    causedBy(requestId, commandId) {
      const row = ofCommand.get(requestId, commandId) as { line: string } | undefined
      return row && (JSON.parse(row.line) as RefusedCommand)
    },
  }
}
