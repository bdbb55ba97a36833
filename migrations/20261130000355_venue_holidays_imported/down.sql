ALTER TABLE venue.holidays DROP COLUMN imported;
