DROP TABLE venue.closures;
DROP TABLE venue.slots;
DROP TABLE venue.slot_sets;
