-- Why something was ended although it had been let for times after that: the house's own words.
ALTER TABLE venue.facilities ADD COLUMN ended_despite text, ADD CONSTRAINT facilities_ended_despite CHECK (ended_despite <> '');
ALTER TABLE venue.rooms ADD COLUMN ended_despite text, ADD CONSTRAINT rooms_ended_despite CHECK (ended_despite <> '');
ALTER TABLE venue.slot_sets ADD COLUMN ended_despite text, ADD CONSTRAINT slot_sets_ended_despite CHECK (ended_despite <> '');
ALTER TABLE venue.equipment ADD COLUMN ended_despite text, ADD CONSTRAINT equipment_ended_despite CHECK (ended_despite <> '');
ALTER TABLE venue.calendar_layers ADD COLUMN closed_despite text,
  ADD CONSTRAINT calendar_layers_closed_despite CHECK (closed_despite <> '');
