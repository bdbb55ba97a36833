-- A code names one thing at a time: what is renovated, bought anew or renamed goes on under the code that tariffs know.
ALTER TABLE venue.rooms DROP CONSTRAINT rooms_code;
ALTER TABLE venue.rooms ADD CONSTRAINT rooms_code EXCLUDE USING gist (tenant_id WITH =, facility_id WITH =, code WITH =,
  daterange(effective_from, effective_until) WITH &&);
ALTER TABLE venue.equipment DROP CONSTRAINT equipment_code;
ALTER TABLE venue.equipment ADD CONSTRAINT equipment_code EXCLUDE USING gist (tenant_id WITH =, facility_id WITH =, code WITH =,
  daterange(effective_from, effective_until) WITH &&);
ALTER TABLE venue.purposes DROP CONSTRAINT purposes_code;
ALTER TABLE venue.purposes ADD CONSTRAINT purposes_code EXCLUDE USING gist (tenant_id WITH =, code WITH =,
  daterange(effective_from, effective_until) WITH &&);
-- what the unique keys were read by
CREATE INDEX rooms_of_facility ON venue.rooms (tenant_id, facility_id, ordinal, code);
CREATE INDEX equipment_of_facility ON venue.equipment (tenant_id, facility_id, code);
