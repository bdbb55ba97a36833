-- Whether a quote still stands is told by how often what it was checked against had changed, and not by when: who changes it is seen at
-- the commit, later than the moment that is written. An offer that does not say is asked for again.
ALTER TABLE venue.holidays ADD COLUMN version integer NOT NULL DEFAULT 1;
ALTER TABLE venue.hire_quotes ADD COLUMN house_changes bigint;
