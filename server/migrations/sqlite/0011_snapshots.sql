-- Documents as they once were, so that loading one does not mean to go through all that ever happened to it.
CREATE TABLE snapshot (
  document INTEGER PRIMARY KEY REFERENCES document (id),
  applied  INTEGER NOT NULL, -- how many changes are in it: all up to
  visible  INTEGER NOT NULL, -- this place in the visible order
  body     BLOB NOT NULL
) STRICT;

-- A unit's values for a period stand in one row: they are written together, and a change moves many.
-- What stood in the table before is derived anew before anything is served.
DROP TABLE report_value;
CREATE TABLE report (
  unit   TEXT NOT NULL,
  period TEXT NOT NULL,
  kept   INTEGER NOT NULL, -- when the unit kept its books: 1 in the period, 2 in its year, 4 ever
  body   BLOB NOT NULL,    -- CBOR: indicator, derived value, weight, what is declared; by indicator
  PRIMARY KEY (period, unit)
) STRICT;

-- The places of an entry, and what a number is derived from.
CREATE INDEX entry_unit_entry ON entry (unit, entry);
DROP INDEX entry_type_day;
CREATE INDEX entry_type_unit_day ON entry (type, unit, day);
