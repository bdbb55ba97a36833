ALTER TABLE venue.hires DROP COLUMN kept_elsewhere, DROP COLUMN kept;
