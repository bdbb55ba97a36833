ALTER TABLE venue.hires DROP COLUMN waived;
