ALTER TABLE venue.closures DROP COLUMN whole;
