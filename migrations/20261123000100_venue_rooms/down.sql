DROP TABLE venue.equipment_claims;
DROP TABLE venue.equipment;
DROP TABLE venue.occupancy;
DROP TABLE venue.room_atoms;
DROP TABLE venue.rooms;
DROP TABLE venue.atoms;
DROP TABLE venue.facilities;
