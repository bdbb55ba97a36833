-- What may be hired, and the one table that decides whether it is free. A bookable room is a set of atoms, the smallest parts
-- of a house that can be used apart; whoever takes a room takes each of its atoms.

CREATE TABLE venue.facilities (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  name_en text,
  address text,
  -- 適用開始日, 廃止日: civil days in Asia/Tokyo, the second excluded
  effective_from date NOT NULL,
  effective_until date,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT facilities_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT facilities_code UNIQUE (tenant_id, code),
  CONSTRAINT facilities_given CHECK (code <> '' AND name <> ''),
  CONSTRAINT facilities_effective CHECK (effective_until IS NULL OR effective_until > effective_from)
);
SELECT tenancy.protect('venue.facilities', 'service data', 'svc_venue:SIU,svc_course:S');

CREATE TABLE venue.atoms (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  facility_id uuid NOT NULL,
  label text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT atoms_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT atoms_label UNIQUE (tenant_id, facility_id, label),
  CONSTRAINT atoms_facility FOREIGN KEY (tenant_id, facility_id) REFERENCES venue.facilities (tenant_id, id),
  CONSTRAINT atoms_label_given CHECK (label <> '')
);
SELECT tenancy.protect('venue.atoms', 'service data', 'svc_venue:SI,svc_course:S');

CREATE TABLE venue.rooms (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  facility_id uuid NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  name_en text,
  capacity integer,
  -- slots: named blocks of the day; grid: any whole number of steps; day: the whole opening
  time_unit text NOT NULL,
  grid_minutes integer,
  -- 準備・片付け: kept free after each use, and before it when the gaps add up
  gap_before_minutes integer NOT NULL,
  gap_after_minutes integer NOT NULL,
  -- max: one gap between two uses, as long as the longer; sum: both
  gap_mode text NOT NULL,
  min_minutes integer,
  max_minutes integer,
  -- automatic: an application is permitted at once; staff: a member of staff decides
  approval text NOT NULL,
  visibility text NOT NULL,
  ordinal integer NOT NULL,
  effective_from date NOT NULL,
  effective_until date,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT rooms_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT rooms_code UNIQUE (tenant_id, facility_id, code),
  CONSTRAINT rooms_facility FOREIGN KEY (tenant_id, facility_id) REFERENCES venue.facilities (tenant_id, id),
  CONSTRAINT rooms_given CHECK (code <> '' AND name <> ''),
  CONSTRAINT rooms_capacity CHECK (capacity IS NULL OR capacity > 0),
  CONSTRAINT rooms_time_unit CHECK (time_unit IN ('slots', 'grid', 'day') AND (time_unit = 'grid') = (grid_minutes IS NOT NULL)),
  CONSTRAINT rooms_grid CHECK (grid_minutes IS NULL OR (grid_minutes BETWEEN 5 AND 1440 AND 1440 % grid_minutes = 0)),
  CONSTRAINT rooms_gaps CHECK (gap_before_minutes BETWEEN 0 AND 1440 AND gap_after_minutes BETWEEN 0 AND 1440 AND gap_mode IN ('max', 'sum')),
  CONSTRAINT rooms_length CHECK (coalesce(min_minutes, 1) > 0 AND coalesce(max_minutes, 1) > 0 AND (min_minutes IS NULL OR max_minutes IS NULL OR min_minutes <= max_minutes)),
  CONSTRAINT rooms_approval CHECK (approval IN ('automatic', 'staff')),
  CONSTRAINT rooms_visibility CHECK (visibility IN ('hidden', 'shown', 'bookable')),
  CONSTRAINT rooms_effective CHECK (effective_until IS NULL OR effective_until > effective_from)
);
SELECT tenancy.protect('venue.rooms', 'service data', 'svc_venue:SIU,svc_course:S');

CREATE TABLE venue.room_atoms (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  room_id uuid NOT NULL,
  atom_id uuid NOT NULL,
  CONSTRAINT room_atoms_pkey PRIMARY KEY (tenant_id, room_id, atom_id),
  CONSTRAINT room_atoms_room FOREIGN KEY (tenant_id, room_id) REFERENCES venue.rooms (tenant_id, id),
  CONSTRAINT room_atoms_atom FOREIGN KEY (tenant_id, atom_id) REFERENCES venue.atoms (tenant_id, id)
);
CREATE INDEX room_atoms_of_atom ON venue.room_atoms (tenant_id, atom_id, room_id);
SELECT tenancy.protect('venue.room_atoms', 'service data', 'svc_venue:SID,svc_course:S');

-- The only table that decides overlap: hires, closures and course sessions alike.
CREATE TABLE venue.occupancy (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  atom_id uuid NOT NULL,
  -- the hire, closure or session that takes it
  source_id uuid NOT NULL,
  source_kind text NOT NULL,
  -- the room it was taken as; absent for closures of whole facilities
  room_id uuid,
  -- half-open, set-up and clean-up included
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  active boolean NOT NULL DEFAULT true,
  -- when given, it counts only until then: whoever wants the atom makes an expired one inactive first
  hold_until timestamptz,
  CONSTRAINT occupancy_pkey PRIMARY KEY (tenant_id, source_id, atom_id, starts_at),
  CONSTRAINT occupancy_atom FOREIGN KEY (tenant_id, atom_id) REFERENCES venue.atoms (tenant_id, id),
  CONSTRAINT occupancy_source_kind CHECK (source_kind IN ('hire', 'closure', 'session')),
  -- the operator on empty ranges would let them pass
  CONSTRAINT occupancy_lasts CHECK (starts_at < ends_at AND isfinite(starts_at) AND isfinite(ends_at)),
  CONSTRAINT occupancy_never_twice
    EXCLUDE USING gist (tenant_id WITH =, atom_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (active)
);
-- row level security lets no range operator into an index: overlap is asked as ends_at > from AND starts_at < until
CREATE INDEX occupancy_when ON venue.occupancy (tenant_id, atom_id, ends_at, starts_at) WHERE active;
CREATE INDEX occupancy_holds ON venue.occupancy (tenant_id, hold_until) WHERE active AND hold_until IS NOT NULL;
SELECT tenancy.protect('venue.occupancy', 'service data', 'svc_venue:SIUD,svc_course:SIUD');

CREATE TABLE venue.equipment (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  facility_id uuid NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  name_en text,
  -- 台, 本, 式, 脚
  unit text NOT NULL,
  capacity integer NOT NULL,
  -- busy that much longer before and after each use
  gap_before_minutes integer NOT NULL,
  gap_after_minutes integer NOT NULL,
  max_per_hire integer,
  effective_from date NOT NULL,
  effective_until date,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT equipment_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT equipment_code UNIQUE (tenant_id, facility_id, code),
  CONSTRAINT equipment_facility FOREIGN KEY (tenant_id, facility_id) REFERENCES venue.facilities (tenant_id, id),
  CONSTRAINT equipment_given CHECK (code <> '' AND name <> '' AND unit <> ''),
  CONSTRAINT equipment_amounts CHECK (capacity >= 0 AND coalesce(max_per_hire, 1) > 0
    AND gap_before_minutes BETWEEN 0 AND 1440 AND gap_after_minutes BETWEEN 0 AND 1440),
  CONSTRAINT equipment_effective CHECK (effective_until IS NULL OR effective_until > effective_from)
);
SELECT tenancy.protect('venue.equipment', 'service data', 'svc_venue:SIU');

-- How many of an item a hire has, and when. The true peak is computed under the item's row lock.
CREATE TABLE venue.equipment_claims (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  source_id uuid NOT NULL,
  equipment_id uuid NOT NULL,
  quantity integer NOT NULL,
  -- half-open, gaps included
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  active boolean NOT NULL DEFAULT true,
  hold_until timestamptz,
  CONSTRAINT equipment_claims_pkey PRIMARY KEY (tenant_id, source_id, equipment_id),
  CONSTRAINT equipment_claims_equipment FOREIGN KEY (tenant_id, equipment_id) REFERENCES venue.equipment (tenant_id, id),
  CONSTRAINT equipment_claims_amounts CHECK (quantity > 0 AND ends_at > starts_at)
);
CREATE INDEX equipment_claims_when ON venue.equipment_claims (tenant_id, equipment_id, starts_at, ends_at) WHERE active;
SELECT tenancy.protect('venue.equipment_claims', 'service data', 'svc_venue:SIUD');
