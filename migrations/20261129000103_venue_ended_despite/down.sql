ALTER TABLE venue.calendar_layers DROP COLUMN closed_despite;
ALTER TABLE venue.equipment DROP COLUMN ended_despite;
ALTER TABLE venue.slot_sets DROP COLUMN ended_despite;
ALTER TABLE venue.rooms DROP COLUMN ended_despite;
ALTER TABLE venue.facilities DROP COLUMN ended_despite;
