-- Accounts: what people and devices sign in with. Every secret stands here as its SHA-256, passwords as argon2id.

CREATE TABLE enrolment_code (
  code       BLOB PRIMARY KEY CHECK (length(code) = 32),
  person     TEXT NOT NULL REFERENCES person (id),
  made_at    INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at    INTEGER,
  device     BLOB REFERENCES device (id),
  CHECK ((used_at IS NULL) = (device IS NULL))
) STRICT, WITHOUT ROWID;

-- What a device presents with every request. A device that never signs in has none.
CREATE TABLE device_token (
  token        BLOB PRIMARY KEY CHECK (length(token) = 32),
  device       BLOB NOT NULL UNIQUE REFERENCES device (id),
  last_contact INTEGER,
  refused      INTEGER NOT NULL DEFAULT 0 -- changes refused when it last pushed some
) STRICT, WITHOUT ROWID;

CREATE TABLE password (
  person TEXT PRIMARY KEY REFERENCES person (id),
  hash   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  token      BLOB PRIMARY KEY CHECK (length(token) = 32),
  person     TEXT NOT NULL REFERENCES person (id),
  opened_at  INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_person ON session (person);
CREATE INDEX session_expires ON session (expires_at);
