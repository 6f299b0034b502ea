-- A change that has only arrived has no place in the visible order yet. The indices of places hold none for it either: written
-- without one and then with one, it stood in each of them twice.
CREATE TABLE change_again (
  id          INTEGER PRIMARY KEY,          -- order of arrival: what a change depends on stands before it
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
  visible     INTEGER,                      -- place in the order in which devices are served; none while only arrived
  released    INTEGER NOT NULL DEFAULT 0,   -- was set aside once
  UNIQUE (document, hash),
  UNIQUE (document, device, incarnation, seq),
  CHECK ((state = 0) = (visible IS NULL)),
  CHECK ((state = 2) = (reason IS NOT NULL))
) STRICT;
INSERT INTO change_again (id, document, hash, device, incarnation, seq, bytes, received_at, push, state, reason, detail,
                          visible, released)
  SELECT id, document, hash, device, incarnation, seq, bytes, received_at, push, state, reason, detail, visible, released
  FROM change ORDER BY id;
DROP TABLE change;
ALTER TABLE change_again RENAME TO change;
CREATE UNIQUE INDEX change_place ON change (visible) WHERE visible IS NOT NULL;
CREATE INDEX change_visible ON change (document, visible) WHERE visible IS NOT NULL;
CREATE INDEX change_arrived ON change (document, id) WHERE state = 0;
CREATE INDEX change_set_aside ON change (visible) WHERE state = 2;
