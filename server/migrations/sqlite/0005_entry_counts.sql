-- An entry whose day moved to another year leaves a row in the log of the old one, where it counts no more. Rows that were
-- written before are put right as their documents change, and all at once by `rebuild`.
ALTER TABLE entry ADD COLUMN counts INTEGER NOT NULL DEFAULT 1;
