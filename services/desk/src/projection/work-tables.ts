import type { SqliteFile } from '@holdfast/sqlite'

/**
 * Change this number with the tables: the work tables are then deleted and read again from the topics. The rest of the
 * projection stays.
 */
const workVersion = 3

const tables = `
  -- Per country: the next offset of its topic, the log prefix fingerprint, and the head of its hash chain.
  CREATE TABLE IF NOT EXISTS work_positions (
    country TEXT PRIMARY KEY,
    next INTEGER NOT NULL,
    fingerprints TEXT NOT NULL,
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
  -- The events of a request. A handover is one event of each request in it.
  CREATE TABLE IF NOT EXISTS work_of_requests (
    country TEXT NOT NULL,
    request_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (country, request_id, sequence)
  ) STRICT, WITHOUT ROWID;
  -- Per request: the assigned person, the event that assigned it, and its snooze: until when, by which event, from
  -- which fact on. desk-persons.ts defines the ids of persons.
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

/**
 * Creates the tables, or recreates those of another version. The request projection creates its tables before, because
 * `audiences` repeats who is assigned.
 */
export function makeWorkTables(file: SqliteFile): void {
  file.schema('CREATE TABLE IF NOT EXISTS work_version (version INTEGER NOT NULL) STRICT')
  const { version } = (file.prepare('SELECT version FROM work_version WHERE rowid = 1').get() ?? {}) as { version?: number }
  if (version !== undefined && version !== workVersion) dropWorkTables(file)
  file.schema(`${tables} DELETE FROM work_version; INSERT INTO work_version VALUES (${workVersion});`)
}

/** Not by `schema`, which would run again when the file is recreated. */
function dropWorkTables(file: SqliteFile): void {
  const names = file
    .prepare(
      "SELECT type, name FROM sqlite_master WHERE name LIKE 'work\\_%' ESCAPE '\\' AND type IN ('table', 'trigger') AND name <> 'work_version' ORDER BY type DESC",
    )
    .all() as { type: string; name: string }[]
  for (const { type, name } of names) file.prepare(`DROP ${type} ${name}`).run()
  file.prepare("UPDATE country_rows SET assigned_to = '' WHERE assigned_to <> ''").run()
}
