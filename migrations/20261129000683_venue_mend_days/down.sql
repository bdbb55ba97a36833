ALTER TABLE venue.facilities DROP COLUMN mend_days;
