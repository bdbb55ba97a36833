ALTER TABLE venue.hires DROP CONSTRAINT hires_waived_part;
ALTER TABLE venue.hires DROP COLUMN waived_of, DROP COLUMN waived_most;
