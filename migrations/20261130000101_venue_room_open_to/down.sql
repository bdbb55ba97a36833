ALTER TABLE venue.rooms DROP COLUMN open_to;
