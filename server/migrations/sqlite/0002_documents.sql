-- Documents as they arrived: canonical changes, who pushed them, and the order in which they became visible.

CREATE TABLE document (
  id           INTEGER PRIMARY KEY,
  name         TEXT NOT NULL UNIQUE,       -- log/UNIT/2026
  place        TEXT NOT NULL,              -- log/UNIT: what access is decided on
  applied      INTEGER NOT NULL DEFAULT 0, -- how many changes are applied; tells a stale copy in memory from a good one
  last_visible INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX document_place ON document (place, last_visible);

-- One signed push, so that authorship can be shown later.
CREATE TABLE push (
  id          INTEGER PRIMARY KEY,
  device      BLOB NOT NULL REFERENCES device (id),
  statement   BLOB NOT NULL,
  signature   BLOB NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;

CREATE TABLE change (
  id          INTEGER PRIMARY KEY,         -- order of arrival: what a change depends on stands before it
  document    INTEGER NOT NULL REFERENCES document (id),
  hash        BLOB NOT NULL,
  device      BLOB NOT NULL,
  incarnation INTEGER NOT NULL,
  seq         INTEGER NOT NULL,
  bytes       BLOB NOT NULL,
  received_at INTEGER NOT NULL,
  push        INTEGER REFERENCES push (id), -- none: the server made it
  state       INTEGER NOT NULL DEFAULT 0,   -- 0 arrived, 1 applied, 2 set aside
  reason      INTEGER,
  detail      TEXT,
  visible     INTEGER UNIQUE,               -- place in the order in which devices are served; none while only arrived
  UNIQUE (document, hash),
  UNIQUE (document, device, incarnation, seq),
  CHECK ((state = 0) = (visible IS NULL)),
  CHECK ((state = 2) = (reason IS NOT NULL))
) STRICT;
CREATE INDEX change_visible ON change (document, visible);
CREATE INDEX change_arrived ON change (document, id) WHERE state = 0;
CREATE INDEX change_set_aside ON change (visible) WHERE state = 2;
