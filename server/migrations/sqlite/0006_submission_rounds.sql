-- Orders the submissions of a report: each is one round after those that its device knew. Clocks of phones may be wrong by any
-- time. Submissions that were made before have none in their documents either.
ALTER TABLE submission ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
