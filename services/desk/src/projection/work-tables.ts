import type { SqliteFile } from '@holdfast/sqlite'

/** Whoever changes what these tables hold changes this: they are thrown away then and read from the topics again, and nothing else of the view is. */
const workVersion = 3

const tables = `
  -- How far the topic of a country has been read, what lay before that, and where its chain ends.
  CREATE TABLE IF NOT EXISTS work_positions (
    country TEXT PRIMARY KEY,
    next INTEGER NOT NULL,
    past TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    hash TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS work_events (
    country TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    id TEXT NOT NULL,
    -- CRC-32 of the line: SQLite does not see bytes that change within a value.
    sum INTEGER NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (country, sequence),
    UNIQUE (country, id)
  ) STRICT;
  -- The events of a request; a handover is one of each request that went over.
  CREATE TABLE IF NOT EXISTS work_of_requests (
    country TEXT NOT NULL,
    request_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (country, request_id, sequence)
  ) STRICT, WITHOUT ROWID;
  -- Who has a request, by which event, and until when it sleeps: by the event of this number, from the fact of that number on. Persons are called as desk-persons.ts has it.
  CREATE TABLE IF NOT EXISTS work_requests (
    country TEXT NOT NULL,
    request_id TEXT NOT NULL,
    assigned_to TEXT NOT NULL DEFAULT '',
    assigned_by INTEGER,
    snoozed_until_ms INTEGER,
    snoozed_by INTEGER,
    snoozed_after INTEGER,
    snoozed_at TEXT,
    PRIMARY KEY (country, request_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS work_snoozed ON work_requests (country, snoozed_until_ms, request_id) WHERE snoozed_until_ms IS NOT NULL;
  CREATE TABLE IF NOT EXISTS work_notes (
    country TEXT NOT NULL,
    request_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    struck_by INTEGER,
    PRIMARY KEY (country, request_id, sequence)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS work_acknowledged (
    country TEXT NOT NULL,
    request_id TEXT NOT NULL,
    fact TEXT NOT NULL,
    fact_sequence INTEGER NOT NULL,
    fact_time TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (country, request_id, fact, fact_sequence, fact_time)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS work_persons (
    country TEXT NOT NULL,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    last_seen_ms INTEGER NOT NULL,
    PRIMARY KEY (country, person)
  ) STRICT, WITHOUT ROWID;
`

/** Makes the tables, or makes them anew where another version has left its own. Those of the request view are made before; its rows say who has a request as these do. */
export function makeWorkTables(file: SqliteFile): void {
  file.schema('CREATE TABLE IF NOT EXISTS work_version (version INTEGER NOT NULL) STRICT')
  const { version } = (file.prepare('SELECT version FROM work_version WHERE rowid = 1').get() ?? {}) as { version?: number }
  if (version !== undefined && version !== workVersion) dropWorkTables(file)
  file.schema(`${tables} DELETE FROM work_version; INSERT INTO work_version VALUES (${workVersion});`)
}

/** Not by `schema`, which a file that is begun anew gets again. */
function dropWorkTables(file: SqliteFile): void {
  const names = file
    .prepare(
      "SELECT type, name FROM sqlite_master WHERE name LIKE 'work\\_%' ESCAPE '\\' AND type IN ('table', 'trigger') AND name <> 'work_version' ORDER BY type DESC",
    )
    .all() as { type: string; name: string }[]
  for (const { type, name } of names) file.prepare(`DROP ${type} ${name}`).run()
  file.prepare("UPDATE sides SET assigned_to = '' WHERE assigned_to <> ''").run()
}
