/** The tables of the desk's view. To be changed together with `viewVersion` in open-view-file.ts. */
export const viewTables = `
  CREATE TABLE IF NOT EXISTS requests (
    number INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL UNIQUE,
    requesting TEXT NOT NULL,
    beneficiary TEXT NOT NULL,
    phase TEXT NOT NULL,
    opened_ms INTEGER NOT NULL,
    case_reference TEXT NOT NULL,
    parent TEXT,
    snapshot TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS requests_requesting ON requests (requesting, opened_ms, number);
  CREATE INDEX IF NOT EXISTS requests_beneficiary ON requests (beneficiary, opened_ms, number);
  CREATE INDEX IF NOT EXISTS requests_case ON requests (requesting, case_reference, opened_ms, number);
  CREATE INDEX IF NOT EXISTS requests_parent ON requests (parent, opened_ms, number) WHERE parent IS NOT NULL;
  CREATE TABLE IF NOT EXISTS facts (
    arrival INTEGER PRIMARY KEY,
    partition INTEGER NOT NULL,
    "offset" INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    cause TEXT NOT NULL,
    requesting TEXT NOT NULL,
    beneficiary TEXT NOT NULL,
    line TEXT NOT NULL,
    UNIQUE (partition, "offset"),
    UNIQUE (request_id, sequence)
  ) STRICT;
  -- A fact stands in here once for each country that has to look at it; what is proposed for as long as it waits: for its second person, or
  -- for the requester's word on money that moved onward.
  CREATE TABLE IF NOT EXISTS alerts (
    country TEXT NOT NULL,
    arrival INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    proposal INTEGER,
    PRIMARY KEY (country, arrival)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS alerts_proposal ON alerts (request_id) WHERE proposal IS NOT NULL;
  CREATE TABLE IF NOT EXISTS positions (partition INTEGER PRIMARY KEY, next INTEGER NOT NULL) STRICT;
`
