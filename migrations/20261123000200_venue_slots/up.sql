-- When a room may be hired, as its table of charges names it, and when not at all.

-- 利用区分の組: the slots of a room while the set is in force. A set and its slots stay as they are; another follows it.
CREATE TABLE venue.slot_sets (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  room_id uuid NOT NULL,
  name text NOT NULL,
  -- what the time between two slots is to who hires both
  gap_policy text NOT NULL,
  -- civil days in Asia/Tokyo, the second excluded
  effective_from date NOT NULL,
  effective_until date,
  -- a part of each year, as month × 100 + day, both included; it may go over New Year
  season_from integer,
  season_until integer,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT slot_sets_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT slot_sets_room FOREIGN KEY (tenant_id, room_id) REFERENCES venue.rooms (tenant_id, id),
  CONSTRAINT slot_sets_given CHECK (name <> ''),
  CONSTRAINT slot_sets_gap_policy CHECK (gap_policy IN ('free_if_both', 'closed', 'billable_extension')),
  CONSTRAINT slot_sets_effective CHECK (effective_until IS NULL OR effective_until > effective_from),
  CONSTRAINT slot_sets_season CHECK ((season_from IS NULL) = (season_until IS NULL)
    AND coalesce(season_from, 101) BETWEEN 101 AND 1231 AND coalesce(season_until, 101) BETWEEN 101 AND 1231)
);
CREATE INDEX slot_sets_of_room ON venue.slot_sets (tenant_id, room_id, effective_from);
SELECT tenancy.protect('venue.slot_sets', 'service data', 'svc_venue:SIU,svc_course:S');

CREATE TABLE venue.slots (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  slot_set_id uuid NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  -- minutes after midnight of the day of use; more than 1440 is the next day
  starts_minute integer NOT NULL,
  ends_minute integer NOT NULL,
  CONSTRAINT slots_pkey PRIMARY KEY (tenant_id, slot_set_id, code),
  CONSTRAINT slots_set FOREIGN KEY (tenant_id, slot_set_id) REFERENCES venue.slot_sets (tenant_id, id),
  CONSTRAINT slots_given CHECK (code <> '' AND name <> '' AND strpos(code, '+') = 0),
  CONSTRAINT slots_lasts CHECK (starts_minute BETWEEN 0 AND 1439 AND ends_minute > starts_minute AND ends_minute <= 2880),
  CONSTRAINT slots_apart EXCLUDE USING gist (tenant_id WITH =, slot_set_id WITH =, int4range(starts_minute, ends_minute) WITH &&)
);
SELECT tenancy.protect('venue.slots', 'service data', 'svc_venue:SI,svc_course:S');

-- 休館・保守・主催: what it takes is in the occupancy like everything else.
CREATE TABLE venue.closures (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  facility_id uuid NOT NULL,
  -- of the house's own; and what everybody may read
  reason text NOT NULL,
  public_label text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  lifted_at timestamptz,
  created_at timestamptz NOT NULL,
  CONSTRAINT closures_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT closures_facility FOREIGN KEY (tenant_id, facility_id) REFERENCES venue.facilities (tenant_id, id),
  CONSTRAINT closures_given CHECK (reason <> '' AND public_label <> ''),
  CONSTRAINT closures_lasts CHECK (starts_at < ends_at)
);
CREATE INDEX closures_when ON venue.closures (tenant_id, facility_id, starts_at);
SELECT tenancy.protect('venue.closures', 'service data', 'svc_venue:SIU,svc_course:S');
