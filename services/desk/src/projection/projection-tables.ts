/**
 * Tables of the desk's projection. A country reads through its own rows, one per request or fact and member role. To
 * this query, a request of other countries is the same as one that does not exist.
 */
export const projectionTables = `
  CREATE TABLE IF NOT EXISTS requests (
    request_id TEXT NOT NULL UNIQUE,
    workflow TEXT NOT NULL,
    summary TEXT NOT NULL,
    view TEXT NOT NULL
  ) STRICT;
  -- One row per request and country with access: what lists filter and sort by. \`number\` is the ledger position of
  -- its opening, the same at every desk.
  CREATE TABLE IF NOT EXISTS country_rows (
    country TEXT NOT NULL,
    request_id TEXT NOT NULL,
    -- 1 for the requesting country, 0 for any other; then the country that is asked, or the requesting country.
    outgoing INTEGER NOT NULL,
    other TEXT NOT NULL,
    phase TEXT NOT NULL,
    case_reference TEXT NOT NULL,
    parent TEXT,
    opened_ms INTEGER NOT NULL,
    number INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    -- The earliest deadline that requires an action; none for an ended request.
    next_deadline_ms INTEGER,
    -- What the workflow ranks requests by within a group, such as an amount within its currency. The request number
    -- decides between equal ones.
    rank_group TEXT,
    rank REAL,
    -- The pseudonym of the assignee (desk-persons.ts), or empty. Only desk work writes it, no fact does.
    assigned_to TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (country, request_id)
  ) STRICT;
  -- A list of all phases, or of both directions, merges one range of each. This saves further indexes that every fact
  -- would update.
  CREATE INDEX IF NOT EXISTS country_rows_opened ON country_rows (country, outgoing, phase, opened_ms, number);
  CREATE INDEX IF NOT EXISTS country_rows_other ON country_rows (country, other, outgoing, phase, opened_ms, number);
  -- The last columns of the indexes for cases, parents and deadlines filter rows without reading them.
  CREATE INDEX IF NOT EXISTS country_rows_case ON country_rows (country, case_reference, outgoing, opened_ms, number, phase, other);
  CREATE INDEX IF NOT EXISTS country_rows_parent ON country_rows (country, parent, opened_ms, number, phase, outgoing, other, case_reference) WHERE parent IS NOT NULL;
  CREATE INDEX IF NOT EXISTS country_rows_deadline ON country_rows (country, outgoing, phase, next_deadline_ms, number, other) WHERE next_deadline_ms IS NOT NULL;
  CREATE INDEX IF NOT EXISTS country_rows_assigned ON country_rows (country, assigned_to, next_deadline_ms, number) WHERE next_deadline_ms IS NOT NULL;
  CREATE INDEX IF NOT EXISTS country_rows_updated ON country_rows (country, phase, updated_ms, number);
  CREATE INDEX IF NOT EXISTS country_rows_rank ON country_rows (country, rank_group, phase, rank, number) WHERE rank IS NOT NULL;
  CREATE TABLE IF NOT EXISTS facts (
    arrival INTEGER PRIMARY KEY,
    partition INTEGER NOT NULL,
    "offset" INTEGER NOT NULL,
    -- Index of its leaf in the tree of its partition.
    leaf INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    cause TEXT NOT NULL,
    hash_prefix INTEGER NOT NULL,
    -- CRC-32 of the line: SQLite does not see bytes that change within a value.
    sum INTEGER NOT NULL,
    line TEXT NOT NULL,
    UNIQUE (partition, "offset"),
    UNIQUE (request_id, sequence)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS fact_audiences (
    country TEXT NOT NULL,
    arrival INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    "offset" INTEGER NOT NULL,
    PRIMARY KEY (country, arrival)
  ) STRICT, WITHOUT ROWID;
  -- One alert per country that must look at the fact. The alert of a fact that awaits a decision stays until then.
  CREATE TABLE IF NOT EXISTS alerts (
    country TEXT NOT NULL,
    partition INTEGER NOT NULL,
    "offset" INTEGER NOT NULL,
    arrival INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    proposal INTEGER,
    alert TEXT NOT NULL,
    PRIMARY KEY (country, partition, "offset")
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS alerts_arrival ON alerts (country, arrival);
  CREATE INDEX IF NOT EXISTS alerts_proposal ON alerts (request_id) WHERE proposal IS NOT NULL;
  -- Parked requests, and the offset from which the projection leaves them out.
  CREATE TABLE IF NOT EXISTS parked (request_id TEXT PRIMARY KEY, partition INTEGER NOT NULL, "offset" INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  -- Requests whose access has changed and whose children are still to be written, from this position of
  -- \`country_rows_parent\` on.
  CREATE TABLE IF NOT EXISTS children_left (
    request_id TEXT NOT NULL UNIQUE,
    country TEXT NOT NULL,
    generations INTEGER NOT NULL,
    opened_ms INTEGER NOT NULL,
    number INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS feature_levels (partition INTEGER PRIMARY KEY, level INTEGER NOT NULL) STRICT;
  -- The next offset to read, and the log prefix fingerprint that detects a replaced ledger.
  CREATE TABLE IF NOT EXISTS positions (partition INTEGER PRIMARY KEY, next INTEGER NOT NULL, fingerprints TEXT NOT NULL) STRICT;
`

/** Tables whose rows name a request. A request is in one partition, which `facts` names. */
export const tablesByRequest = ['requests', 'country_rows', 'proposals', 'children_left', 'answers'] as const
/** Tables whose rows name a partition. */
export const tablesByPartition = ['facts', 'fact_audiences', 'refusals', 'alerts', 'parked', 'positions', 'feature_levels'] as const

/**
 * Reads a request as one country sees it. Starts at `country_rows`, so that a foreign request takes as long as one that does
 * not exist (V16).
 */
export const selectViewOfCountry =
  'SELECT view FROM country_rows CROSS JOIN requests USING (request_id) WHERE country_rows.country = ? AND country_rows.request_id = ?'
