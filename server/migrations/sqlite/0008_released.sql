-- A set-aside change that was released is tried again. Its author's device has taken it out, so it is served to that device too.
ALTER TABLE change ADD COLUMN released INTEGER NOT NULL DEFAULT 0;

-- The last place ever taken in the visible order. A release frees a place, and a freed place is never given again: a device
-- whose cursor stands behind it would not hear of what came to stand there.
INSERT INTO setting (name, value) SELECT 'visible_order', COALESCE(MAX(visible), 0) FROM change;
