-- What rooms may be used for, what comes with them, and on which days and hours the house is open.

-- 利用目的
CREATE TABLE venue.purposes (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  name_en text,
  ordinal integer NOT NULL,
  effective_from date NOT NULL,
  effective_until date,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT purposes_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT purposes_code UNIQUE (tenant_id, code),
  CONSTRAINT purposes_given CHECK (code <> '' AND name <> ''),
  CONSTRAINT purposes_effective CHECK (effective_until IS NULL OR effective_until > effective_from)
);
SELECT tenancy.protect('venue.purposes', 'service data', 'svc_venue:SIU,svc_course:S');

-- What a room may be used for; a room without rows: for everything.
CREATE TABLE venue.room_purposes (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  room_id uuid NOT NULL,
  purpose_id uuid NOT NULL,
  CONSTRAINT room_purposes_pkey PRIMARY KEY (tenant_id, room_id, purpose_id),
  CONSTRAINT room_purposes_room FOREIGN KEY (tenant_id, room_id) REFERENCES venue.rooms (tenant_id, id),
  CONSTRAINT room_purposes_purpose FOREIGN KEY (tenant_id, purpose_id) REFERENCES venue.purposes (tenant_id, id)
);
CREATE INDEX room_purposes_of_purpose ON venue.room_purposes (tenant_id, purpose_id);
SELECT tenancy.protect('venue.room_purposes', 'service data', 'svc_venue:SID,svc_course:S');

-- 付属室: what comes with a room, such as the dressing rooms of a hall.
CREATE TABLE venue.attached_rooms (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  room_id uuid NOT NULL,
  attached_id uuid NOT NULL,
  -- offered: proposed with it; required: never without it
  terms text NOT NULL,
  CONSTRAINT attached_rooms_pkey PRIMARY KEY (tenant_id, room_id, attached_id),
  CONSTRAINT attached_rooms_room FOREIGN KEY (tenant_id, room_id) REFERENCES venue.rooms (tenant_id, id),
  CONSTRAINT attached_rooms_attached FOREIGN KEY (tenant_id, attached_id) REFERENCES venue.rooms (tenant_id, id),
  CONSTRAINT attached_rooms_other CHECK (room_id <> attached_id),
  CONSTRAINT attached_rooms_terms CHECK (terms IN ('offered', 'required'))
);
CREATE INDEX attached_rooms_of_attached ON venue.attached_rooms (tenant_id, attached_id);
SELECT tenancy.protect('venue.attached_rooms', 'service data', 'svc_venue:SIUD,svc_course:S');

-- 祝日の上書き: the law's holidays come with the program; here is what the contractor says otherwise.
CREATE TABLE venue.holidays (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  day date NOT NULL,
  -- absent: not a holiday, whatever the law says
  name text,
  updated_at timestamptz NOT NULL,
  CONSTRAINT holidays_pkey PRIMARY KEY (tenant_id, day),
  CONSTRAINT holidays_given CHECK (name <> '')
);
SELECT tenancy.protect('venue.holidays', 'service data', 'svc_venue:SIUD,svc_course:S');

-- 開館カレンダー: of the layers that hold a day, the last in their order decides.
CREATE TABLE venue.calendar_layers (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  facility_id uuid NOT NULL,
  -- absent: all rooms of the facility
  room_id uuid,
  name text NOT NULL,
  ordinal integer NOT NULL,
  -- on which days, as the program reads it
  rule jsonb NOT NULL,
  -- pairs of minutes after midnight; an empty list: closed; absent: this layer says nothing of hours
  hours jsonb,
  day_class text,
  effective_from date NOT NULL,
  effective_until date,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT calendar_layers_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT calendar_layers_facility FOREIGN KEY (tenant_id, facility_id) REFERENCES venue.facilities (tenant_id, id),
  CONSTRAINT calendar_layers_room FOREIGN KEY (tenant_id, room_id) REFERENCES venue.rooms (tenant_id, id),
  CONSTRAINT calendar_layers_given CHECK (name <> '' AND (hours IS NOT NULL OR day_class IS NOT NULL)),
  CONSTRAINT calendar_layers_day_class CHECK (day_class IN ('weekday', 'saturday', 'sunday', 'holiday', 'special')),
  CONSTRAINT calendar_layers_effective CHECK (effective_until IS NULL OR effective_until > effective_from)
);
CREATE INDEX calendar_layers_of_facility ON venue.calendar_layers (tenant_id, facility_id, ordinal);
CREATE INDEX calendar_layers_of_room ON venue.calendar_layers (tenant_id, room_id) WHERE room_id IS NOT NULL;
SELECT tenancy.protect('venue.calendar_layers', 'service data', 'svc_venue:SIU,svc_course:S');
