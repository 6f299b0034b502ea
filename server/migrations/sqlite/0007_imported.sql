-- What imports said last of a record: a file that says the same again writes over nothing that people corrected since. No document
-- tells it: what stood there already when a file said it left no change.
CREATE TABLE imported (
  unit   TEXT NOT NULL,
  record TEXT NOT NULL, -- the ULID of an entry, or 2026-Q4/II.1-02 for a declared number
  said   TEXT NOT NULL, -- JSON: each value as text, by its key
  PRIMARY KEY (unit, record)
) STRICT, WITHOUT ROWID;
