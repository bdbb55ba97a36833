DROP INDEX venue.equipment_of_facility;
DROP INDEX venue.rooms_of_facility;
ALTER TABLE venue.purposes DROP CONSTRAINT purposes_code;
ALTER TABLE venue.purposes ADD CONSTRAINT purposes_code UNIQUE (tenant_id, code);
ALTER TABLE venue.equipment DROP CONSTRAINT equipment_code;
ALTER TABLE venue.equipment ADD CONSTRAINT equipment_code UNIQUE (tenant_id, facility_id, code);
ALTER TABLE venue.rooms DROP CONSTRAINT rooms_code;
ALTER TABLE venue.rooms ADD CONSTRAINT rooms_code UNIQUE (tenant_id, facility_id, code);
