-- What the applied changes of a document come to, as `digest` of the protocol says: devices compare it with what they hold.
-- A number of 64 bits without a sign, stored as SQLite's with one.
ALTER TABLE document ADD COLUMN digest INTEGER NOT NULL DEFAULT 0;

-- Changes that came before what they were made upon: from phones that heal a restored server, each in its own time. They are
-- on the disk and acknowledged, and move to `change` once what they need is there.
CREATE TABLE parked (
  id          INTEGER PRIMARY KEY,
  document    TEXT NOT NULL,
  hash        BLOB NOT NULL,
  device      BLOB NOT NULL,
  incarnation INTEGER NOT NULL,
  seq         INTEGER NOT NULL,
  bytes       BLOB NOT NULL,
  received_at INTEGER NOT NULL,
  push        INTEGER REFERENCES push (id),
  UNIQUE (document, hash),
  UNIQUE (document, device, incarnation, seq)
) STRICT;
CREATE INDEX parked_device ON parked (device);
