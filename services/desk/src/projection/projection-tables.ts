/**
 * The tables of the desk's view. What a country reads it reads by its own rows, of which a request
 * and a fact have one for each side: who has none reads none, however much the others have, and one that is there for others is not found as one that is not there.
 */
export const projectionTables = `
  CREATE TABLE IF NOT EXISTS requests (
    request_id TEXT NOT NULL UNIQUE,
    standing TEXT NOT NULL,
    view TEXT NOT NULL
  ) STRICT;
  -- Of a request for each country with a part in it: what it is found and listed by. \`number\` is where its opening lies in the ledger, the same at every desk.
  -- A row is found by its rowid, so that what changes with each fact lies together and its indexes hold no id of 36 characters.
  CREATE TABLE IF NOT EXISTS sides (
    country TEXT NOT NULL,
    request_id TEXT NOT NULL,
    -- 1 for who asks, 0 for who is asked, and the country at the other end.
    outgoing INTEGER NOT NULL,
    other TEXT NOT NULL,
    phase TEXT NOT NULL,
    case_reference TEXT NOT NULL,
    parent TEXT,
    opened_ms INTEGER NOT NULL,
    number INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    -- The earliest deadline by which somebody has to act; of a request that has ended there is none.
    next_deadline_ms INTEGER,
    -- What is asked for, as a number that sorts within its currency: beyond 2⁵³ two sums can be one number, and stand by the number of their request then.
    currency TEXT,
    amount REAL,
    -- The person of the country who has it, as desk-persons.ts calls persons; none where nobody has. Kept by the room of the desk's work, and by nothing that comes of a fact.
    assigned_to TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (country, request_id)
  ) STRICT;
  -- A list of all phases, or of both directions, is merged from one range each, so that no index without them has to be kept up with each fact.
  CREATE INDEX IF NOT EXISTS sides_opened ON sides (country, outgoing, phase, opened_ms, number);
  CREATE INDEX IF NOT EXISTS sides_other ON sides (country, other, outgoing, phase, opened_ms, number);
  -- What a list of a case, of a parent or of deadlines is narrowed by further stands behind, so that rows which are not wanted are passed over without being read.
  CREATE INDEX IF NOT EXISTS sides_case ON sides (country, case_reference, outgoing, opened_ms, number, phase, other);
  CREATE INDEX IF NOT EXISTS sides_parent ON sides (country, parent, opened_ms, number, phase, outgoing, other, case_reference) WHERE parent IS NOT NULL;
  CREATE INDEX IF NOT EXISTS sides_deadline ON sides (country, outgoing, phase, next_deadline_ms, number, other) WHERE next_deadline_ms IS NOT NULL;
  CREATE INDEX IF NOT EXISTS sides_assigned ON sides (country, assigned_to, next_deadline_ms, number) WHERE next_deadline_ms IS NOT NULL;
  CREATE INDEX IF NOT EXISTS sides_updated ON sides (country, phase, updated_ms, number);
  CREATE INDEX IF NOT EXISTS sides_amount ON sides (country, currency, phase, amount, number) WHERE amount IS NOT NULL;
  CREATE TABLE IF NOT EXISTS facts (
    arrival INTEGER PRIMARY KEY,
    partition INTEGER NOT NULL,
    "offset" INTEGER NOT NULL,
    -- Which leaf of its partition's tree it is.
    leaf INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    cause TEXT NOT NULL,
    mark INTEGER NOT NULL,
    -- CRC-32 of the line: SQLite does not see bytes that change within a value.
    sum INTEGER NOT NULL,
    line TEXT NOT NULL,
    UNIQUE (partition, "offset"),
    UNIQUE (request_id, sequence)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS fact_sides (
    country TEXT NOT NULL,
    arrival INTEGER NOT NULL,
    partition INTEGER NOT NULL,
    "offset" INTEGER NOT NULL,
    PRIMARY KEY (country, arrival)
  ) STRICT, WITHOUT ROWID;
  -- One for each country that has to look at it, in its words; what is proposed for as long as it waits: for its second person, or for the
  -- requester's word on money that moved onward.
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
  -- Requests that this desk can't go on with, and from where on in the ledger.
  CREATE TABLE IF NOT EXISTS parked (request_id TEXT PRIMARY KEY, partition INTEGER NOT NULL, "offset" INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  -- Requests that others see than before, whose children are still to be written, those behind this place of \`sides_parent\`.
  CREATE TABLE IF NOT EXISTS children_left (
    request_id TEXT NOT NULL UNIQUE,
    country TEXT NOT NULL,
    generations INTEGER NOT NULL,
    opened_ms INTEGER NOT NULL,
    number INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS levels (partition INTEGER PRIMARY KEY, level INTEGER NOT NULL) STRICT;
  -- The next offset to read, and what lay before it, so that a ledger that is another one by now is told by it.
  CREATE TABLE IF NOT EXISTS positions (partition INTEGER PRIMARY KEY, next INTEGER NOT NULL, past TEXT NOT NULL) STRICT;
`

/** Tables whose rows say of which request they are, which lies in one partition, whole: by `facts` it is known in which. */
export const tablesByRequest = ['requests', 'sides', 'proposals', 'children_left', 'answers'] as const
/** Tables whose rows say of which partition they are. */
export const tablesByPartition = ['facts', 'fact_sides', 'refusals', 'alerts', 'parked', 'positions', 'levels'] as const

/** A request as a country has it: from the sides to the request, never the other way round, so that what is another country's takes the time of what does not exist (V16). */
export const selectViewOfCountry =
  'SELECT view FROM sides CROSS JOIN requests USING (request_id) WHERE sides.country = ? AND sides.request_id = ?'
