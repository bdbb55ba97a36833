-- A day that is left to the law again keeps its row, and with it since when: what was quoted before is not held after. And why
-- a holiday closes what was let: the house's own words.
ALTER TABLE venue.holidays ADD COLUMN by_law boolean NOT NULL DEFAULT false, ADD COLUMN closed_despite text,
  ADD CONSTRAINT holidays_by_law CHECK (NOT by_law OR name IS NULL),
  ADD CONSTRAINT holidays_closed_despite CHECK (closed_despite <> '');
