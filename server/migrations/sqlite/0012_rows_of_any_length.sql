-- A row of a table WITHOUT ROWID that is longer than a quarter of a page has a page of its own for what is over. Rows with texts
-- are that long; they stand in tables that take a page's whole length. What stood in these is derived anew before anything is
-- served, and long texts stand last, so that what is looked at most needs no second page.
DROP TABLE entry;
CREATE TABLE entry (
  document   TEXT NOT NULL,    -- log/UNIT/2026
  entry      TEXT NOT NULL,    -- its ULID
  unit       TEXT NOT NULL,
  type       TEXT NOT NULL,
  day        TEXT NOT NULL,    -- of the activity, of the snapshot, or when the item was made
  counts     INTEGER NOT NULL, -- 0: another document holds the version that counts
  deleted_at INTEGER,
  state      TEXT,
  conflicts  INTEGER NOT NULL, -- fields on which people wrote different values
  created_by BLOB,             -- device; none for one that is no device of ours
  created_at INTEGER NOT NULL, -- on that device's clock, as everywhere here but received_at
  changed_by BLOB,
  changed_at INTEGER NOT NULL,
  title      TEXT NOT NULL,    -- empty when it has none
  folded     TEXT NOT NULL,    -- the title for search: small letters without diacritics
  events     TEXT NOT NULL,    -- JSON: days by state
  fields     TEXT NOT NULL,    -- JSON: values by field
  PRIMARY KEY (document, entry)
) STRICT;
CREATE INDEX entry_unit_day ON entry (unit, day);
CREATE INDEX entry_unit_entry ON entry (unit, entry);
CREATE INDEX entry_type_unit_day ON entry (type, unit, day);

DROP TABLE submission;
CREATE TABLE submission (
  document     TEXT NOT NULL,
  submission   TEXT NOT NULL,
  unit         TEXT NOT NULL,
  period       TEXT NOT NULL,
  round        INTEGER NOT NULL,
  submitted_by BLOB,
  submitted_at INTEGER NOT NULL,
  received_at  INTEGER NOT NULL, -- on the server's clock
  frozen       BLOB NOT NULL,    -- its values, as in the document
  PRIMARY KEY (document, submission)
) STRICT;
CREATE INDEX submission_period ON submission (period, unit);
