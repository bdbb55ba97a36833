-- Closures may lie over each other. What a closure is about is kept here; of that, it takes in the occupancy what no other closure
-- has, and when one is lifted the others take what was its.
CREATE TABLE venue.closure_atoms (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  closure_id uuid NOT NULL,
  atom_id uuid NOT NULL,
  CONSTRAINT closure_atoms_pkey PRIMARY KEY (tenant_id, closure_id, atom_id),
  CONSTRAINT closure_atoms_closure FOREIGN KEY (tenant_id, closure_id) REFERENCES venue.closures (tenant_id, id),
  CONSTRAINT closure_atoms_atom FOREIGN KEY (tenant_id, atom_id) REFERENCES venue.atoms (tenant_id, id)
);
CREATE INDEX closure_atoms_of_atom ON venue.closure_atoms (tenant_id, atom_id, closure_id);

-- the owner sees rows of no tenant, and these are everybody's
ALTER TABLE venue.occupancy NO FORCE ROW LEVEL SECURITY;
ALTER TABLE venue.closures NO FORCE ROW LEVEL SECURITY;
INSERT INTO venue.closure_atoms (tenant_id, closure_id, atom_id)
  SELECT DISTINCT o.tenant_id, o.source_id, o.atom_id FROM venue.occupancy AS o
  JOIN venue.closures AS c ON c.tenant_id = o.tenant_id AND c.id = o.source_id WHERE o.source_kind = 'closure';
-- nothing takes a part for longer than a hire may, gaps included: so nobody who asks for a time looks further than that around it
WITH long AS (DELETE FROM venue.occupancy AS o WHERE o.source_kind = 'closure' AND o.ends_at - o.starts_at > interval '31 days'
  RETURNING o.*)
INSERT INTO venue.occupancy (tenant_id, atom_id, source_id, source_kind, room_id, starts_at, ends_at, active, hold_until)
  SELECT l.tenant_id, l.atom_id, l.source_id, l.source_kind, l.room_id, p.starts, least(p.starts + interval '31 days', l.ends_at),
    l.active, l.hold_until
  FROM long AS l CROSS JOIN generate_series(l.starts_at, l.ends_at - interval '1 microsecond', interval '31 days') AS p (starts);
ALTER TABLE venue.closures FORCE ROW LEVEL SECURITY;
ALTER TABLE venue.occupancy FORCE ROW LEVEL SECURITY;
ALTER TABLE venue.occupancy ADD CONSTRAINT occupancy_short CHECK (ends_at - starts_at <= interval '34 days');

SELECT tenancy.protect('venue.closure_atoms', 'service data', 'svc_venue:SI');
