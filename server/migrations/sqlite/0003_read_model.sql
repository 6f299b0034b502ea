-- What staff query. Everything here follows from the documents and can be made anew by `rebuild`.

-- One entry of a log or a register, deleted ones too.
CREATE TABLE entry (
  document   TEXT NOT NULL,    -- log/UNIT/2026
  entry      TEXT NOT NULL,    -- its ULID
  unit       TEXT NOT NULL,
  type       TEXT NOT NULL,
  day        TEXT NOT NULL,    -- of the activity, of the snapshot, or when the item was made
  title      TEXT NOT NULL,    -- empty when it has none
  folded     TEXT NOT NULL,    -- the title for search: small letters without diacritics
  fields     TEXT NOT NULL,    -- JSON: values by field
  events     TEXT NOT NULL,    -- JSON: days by state
  state      TEXT,
  deleted_at INTEGER,
  conflicts  INTEGER NOT NULL, -- fields on which people wrote different values
  created_by BLOB,             -- device; none for one that is no device of ours
  created_at INTEGER NOT NULL, -- on that device's clock, as everywhere here but received_at
  changed_by BLOB,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (document, entry)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_unit_day ON entry (unit, day);
CREATE INDEX entry_type_day ON entry (type, day);

-- What one unit's own work gives for one indicator. Without a row the number is empty, which is not zero.
-- Upper levels add up when asked (docs/decisions/0040).
CREATE TABLE report_value (
  period      TEXT NOT NULL,
  indicator   TEXT NOT NULL,
  unit        TEXT NOT NULL,
  kind        TEXT NOT NULL,    -- of the value that counts: number, decimal, ratio, weighted, text
  number      INTEGER,          -- number; of a ratio the numerator; of an average the weight
  denominator INTEGER,
  scale       INTEGER,
  real        REAL,             -- decimal; of an average the total
  least       REAL,
  most        REAL,
  passages    TEXT,             -- JSON, of a text
  weight      INTEGER,          -- of this unit in an average
  derived     TEXT,             -- JSON: what the log gives, where the unit declares something else
  reason      TEXT,             -- why it declares it; none: it does not
  declared_by BLOB,
  declared_at INTEGER,
  conflict    INTEGER NOT NULL, -- two people declared different numbers
  PRIMARY KEY (period, indicator, unit)
) STRICT, WITHOUT ROWID;
CREATE INDEX report_value_unit ON report_value (unit, period);

-- One submission. Whether it is in time is judged by the period's due day when asked.
CREATE TABLE submission (
  document     TEXT NOT NULL,
  submission   TEXT NOT NULL,
  unit         TEXT NOT NULL,
  period       TEXT NOT NULL,
  submitted_by BLOB,
  submitted_at INTEGER NOT NULL,
  received_at  INTEGER NOT NULL, -- on the server's clock
  frozen       BLOB NOT NULL,    -- its values, as in the document
  PRIMARY KEY (document, submission)
) STRICT, WITHOUT ROWID;
CREATE INDEX submission_period ON submission (period, unit);
