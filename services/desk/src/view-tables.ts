/**
 * The tables of the desk's view. To be changed together with `viewVersion` in open-view-file.ts. What a country reads it reads by its own rows, of which a request
 * and a fact have one for each side: who has none reads none, however much the others have, and one that is there for others is not found as one that is not there.
 */
export const viewTables = `
  CREATE TABLE IF NOT EXISTS requests (
    request_id TEXT NOT NULL UNIQUE,
    snapshot TEXT NOT NULL,
    view TEXT NOT NULL
  ) STRICT;
  -- Of a request for each country with a part in it: what it is found and listed by. \`number\` is where its opening lies in the ledger, the same at every desk.
  CREATE TABLE IF NOT EXISTS sides (
    country TEXT NOT NULL,
    request_id TEXT NOT NULL,
    requesting TEXT NOT NULL,
    phase TEXT NOT NULL,
    case_reference TEXT NOT NULL,
    parent TEXT,
    opened_ms INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (country, request_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS sides_opened ON sides (country, opened_ms, number);
  CREATE INDEX IF NOT EXISTS sides_phase ON sides (country, phase, opened_ms, number);
  CREATE INDEX IF NOT EXISTS sides_requesting ON sides (country, requesting, opened_ms, number);
  CREATE INDEX IF NOT EXISTS sides_requesting_phase ON sides (country, requesting, phase, opened_ms, number);
  -- What a list of a case or of a parent is narrowed by further stands behind, so that rows which are not wanted are passed over without being read.
  CREATE INDEX IF NOT EXISTS sides_case ON sides (country, requesting, case_reference, opened_ms, number, phase);
  CREATE INDEX IF NOT EXISTS sides_parent ON sides (country, parent, opened_ms, number, requesting, phase, case_reference) WHERE parent IS NOT NULL;
  CREATE TABLE IF NOT EXISTS facts (
    arrival INTEGER PRIMARY KEY,
    partition INTEGER NOT NULL,
    "offset" INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    cause TEXT NOT NULL,
    mark INTEGER NOT NULL,
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
  CREATE TABLE IF NOT EXISTS positions (partition INTEGER PRIMARY KEY, next INTEGER NOT NULL) STRICT;
`
