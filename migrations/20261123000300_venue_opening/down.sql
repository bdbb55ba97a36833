DROP TABLE venue.calendar_layers;
DROP TABLE venue.holidays;
DROP TABLE venue.attached_rooms;
DROP TABLE venue.room_purposes;
DROP TABLE venue.purposes;
