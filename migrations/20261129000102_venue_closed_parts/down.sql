ALTER TABLE venue.occupancy DROP CONSTRAINT occupancy_short;
DROP TABLE venue.closure_atoms;
