-- What the administrator keeps: units in a dated tree, people, devices, periods. Ids never change and are never reused.

-- Single values: the epoch, the server's signing key, whether the data are invented, the version of these tables.
CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT;

CREATE TABLE org_unit (
  id     TEXT PRIMARY KEY,
  tier   TEXT NOT NULL,
  sector TEXT NOT NULL
) STRICT;

-- Days are ISO 8601 texts, which sort as days do. A unit has its name from the first day up to, not including, the last.
CREATE TABLE org_unit_name (
  unit     TEXT NOT NULL REFERENCES org_unit (id),
  name     TEXT NOT NULL,
  from_day TEXT NOT NULL,
  to_day   TEXT,
  PRIMARY KEY (unit, from_day)
) STRICT, WITHOUT ROWID;

-- Where a unit stands in the tree in a span of days. The root has an edge without a parent; a closed unit has none.
CREATE TABLE org_unit_edge (
  unit     TEXT NOT NULL REFERENCES org_unit (id),
  parent   TEXT REFERENCES org_unit (id),
  from_day TEXT NOT NULL,
  to_day   TEXT,
  PRIMARY KEY (unit, from_day)
) STRICT, WITHOUT ROWID;
CREATE INDEX org_unit_edge_parent ON org_unit_edge (parent);

CREATE TABLE person (
  id    TEXT PRIMARY KEY,
  name  TEXT NOT NULL,
  role  TEXT NOT NULL CHECK (role IN ('officer', 'reviewer', 'administrator')),
  unit  TEXT NOT NULL REFERENCES org_unit (id),
  login TEXT UNIQUE
) STRICT;
CREATE INDEX person_unit ON person (unit);

-- A device without a public key never pushes: the server itself, and the invented devices of invented data.
CREATE TABLE device (
  id          BLOB PRIMARY KEY CHECK (length(id) = 8),
  person      TEXT REFERENCES person (id),
  name        TEXT NOT NULL,
  public_key  BLOB CHECK (length(public_key) = 32),
  enrolled_at INTEGER NOT NULL,
  revoked_at  INTEGER
) STRICT;
CREATE INDEX device_person ON device (person);

CREATE TABLE period (
  period TEXT PRIMARY KEY,
  due    TEXT NOT NULL
) STRICT;
