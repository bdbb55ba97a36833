-- From the ordinance's table to the permit: versions of tariffs, quotes, holds, applications, hires, permits.

-- 料金表の版: a document that is never changed once it is published.
CREATE TABLE venue.tariff_versions (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  facility_id uuid NOT NULL,
  -- from 1, in the order in which they came in
  number integer NOT NULL,
  name text NOT NULL,
  legal_reference text NOT NULL,
  -- use_date or application_date: which day decides
  applies_by text NOT NULL,
  effective_from date NOT NULL,
  effective_until date,
  -- as it came in, and its SHA-256
  document text NOT NULL,
  document_hash text NOT NULL,
  published_at timestamptz,
  created_at timestamptz NOT NULL,
  CONSTRAINT tariff_versions_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT tariff_versions_number UNIQUE (tenant_id, facility_id, number),
  CONSTRAINT tariff_versions_facility FOREIGN KEY (tenant_id, facility_id) REFERENCES venue.facilities (tenant_id, id),
  CONSTRAINT tariff_versions_applies_by CHECK (applies_by IN ('use_date', 'application_date')),
  CONSTRAINT tariff_versions_effective CHECK (effective_until IS NULL OR effective_until > effective_from),
  CONSTRAINT tariff_versions_one_at_a_time EXCLUDE USING gist (tenant_id WITH =, facility_id WITH =,
    daterange(effective_from, effective_until) WITH &&) WHERE (published_at IS NOT NULL)
);
SELECT tenancy.protect('venue.tariff_versions', 'service data', 'svc_venue:SIU,svc_course:S');

-- 見積: what was asked and what it costs by which version; never changed.
CREATE TABLE venue.hire_quotes (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  facility_id uuid NOT NULL,
  tariff_version_id uuid NOT NULL,
  -- offer: before the hire; reduction, change, settlement: what it costs then
  kind text NOT NULL,
  application_id uuid,
  patron_id uuid,
  -- what the price was computed from, to the letter, and its SHA-256
  ask text NOT NULL,
  inputs_hash text NOT NULL,
  -- rooms, times and equipment, in the order of the ask
  uses jsonb NOT NULL,
  lines jsonb NOT NULL,
  tax jsonb NOT NULL,
  total bigint NOT NULL,
  engine integer NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT hire_quotes_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT hire_quotes_facility FOREIGN KEY (tenant_id, facility_id) REFERENCES venue.facilities (tenant_id, id),
  CONSTRAINT hire_quotes_version FOREIGN KEY (tenant_id, tariff_version_id) REFERENCES venue.tariff_versions (tenant_id, id),
  CONSTRAINT hire_quotes_kind CHECK (kind IN ('offer', 'reduction', 'change', 'settlement')),
  CONSTRAINT hire_quotes_total CHECK (total >= 0)
);
CREATE INDEX hire_quotes_of_facility ON venue.hire_quotes (tenant_id, facility_id, id);
CREATE INDEX hire_quotes_of_version ON venue.hire_quotes (tenant_id, tariff_version_id);
CREATE INDEX hire_quotes_of_application ON venue.hire_quotes (tenant_id, application_id) WHERE application_id IS NOT NULL;
SELECT tenancy.protect('venue.hire_quotes', 'service data', 'svc_venue:SIU');

-- 仮押さえ: the rooms of a quote, kept until a moment.
CREATE TABLE venue.hire_holds (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  facility_id uuid NOT NULL,
  quote_id uuid NOT NULL,
  patron_id uuid,
  -- held, applied, released; what is held past hold_until has run out
  state text NOT NULL,
  hold_until timestamptz NOT NULL,
  extended boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT hire_holds_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT hire_holds_facility FOREIGN KEY (tenant_id, facility_id) REFERENCES venue.facilities (tenant_id, id),
  CONSTRAINT hire_holds_quote FOREIGN KEY (tenant_id, quote_id) REFERENCES venue.hire_quotes (tenant_id, id),
  CONSTRAINT hire_holds_state CHECK (state IN ('held', 'applied', 'released'))
);
CREATE INDEX hire_holds_of_facility ON venue.hire_holds (tenant_id, facility_id, id);
CREATE INDEX hire_holds_of_quote ON venue.hire_holds (tenant_id, quote_id);
SELECT tenancy.protect('venue.hire_holds', 'service data', 'svc_venue:SIU');

-- 利用申請
CREATE TABLE venue.hire_applications (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  facility_id uuid NOT NULL,
  patron_id uuid NOT NULL,
  hold_id uuid NOT NULL,
  -- what it costs now
  quote_id uuid NOT NULL,
  state text NOT NULL,
  -- 催物名, and what everybody may read of it
  title text NOT NULL,
  public_title text,
  channel text NOT NULL,
  -- 許可条件; and why it was returned, refused, cancelled or revoked
  conditions text,
  reason text,
  -- until when it must be paid
  due_at timestamptz,
  decided_at timestamptz,
  changes integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT hire_applications_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT hire_applications_facility FOREIGN KEY (tenant_id, facility_id) REFERENCES venue.facilities (tenant_id, id),
  CONSTRAINT hire_applications_hold UNIQUE (tenant_id, hold_id),
  CONSTRAINT hire_applications_hold_known FOREIGN KEY (tenant_id, hold_id) REFERENCES venue.hire_holds (tenant_id, id),
  CONSTRAINT hire_applications_quote FOREIGN KEY (tenant_id, quote_id) REFERENCES venue.hire_quotes (tenant_id, id),
  CONSTRAINT hire_applications_state CHECK (state IN ('requested', 'returned', 'refused', 'withdrawn', 'awaiting_payment',
    'lapsed', 'confirmed', 'cancelled', 'revoked', 'settled')),
  CONSTRAINT hire_applications_given CHECK (title <> '' AND public_title <> ''),
  CONSTRAINT hire_applications_due CHECK (state <> 'awaiting_payment' OR due_at IS NOT NULL)
);
CREATE INDEX hire_applications_of_facility ON venue.hire_applications (tenant_id, facility_id, id);
CREATE INDEX hire_applications_of_patron ON venue.hire_applications (tenant_id, patron_id, id);
CREATE INDEX hire_applications_of_quote ON venue.hire_applications (tenant_id, quote_id);
CREATE INDEX hire_applications_unpaid ON venue.hire_applications (tenant_id, due_at) WHERE state = 'awaiting_payment';
SELECT tenancy.protect('venue.hire_applications', 'service data', 'svc_venue:SIU');

-- 利用: one room at one time. What it takes is in the occupancy under its id.
CREATE TABLE venue.hires (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  hold_id uuid NOT NULL,
  application_id uuid,
  -- its place in the quote, from 0
  place integer NOT NULL,
  room_id uuid NOT NULL,
  day date NOT NULL,
  -- codes of slots joined by +; absent where it is not hired by slots
  span text,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  -- open: what its hold or application is; the others are for good
  state text NOT NULL,
  -- 利用実績, once it was recorded
  used jsonb,
  CONSTRAINT hires_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT hires_hold FOREIGN KEY (tenant_id, hold_id) REFERENCES venue.hire_holds (tenant_id, id),
  CONSTRAINT hires_application FOREIGN KEY (tenant_id, application_id) REFERENCES venue.hire_applications (tenant_id, id),
  CONSTRAINT hires_room FOREIGN KEY (tenant_id, room_id) REFERENCES venue.rooms (tenant_id, id),
  CONSTRAINT hires_place UNIQUE (tenant_id, hold_id, place),
  CONSTRAINT hires_state CHECK (state IN ('open', 'released', 'used', 'no_show')),
  CONSTRAINT hires_lasts CHECK (starts_at < ends_at)
);
CREATE INDEX hires_of_application ON venue.hires (tenant_id, application_id) WHERE application_id IS NOT NULL;
CREATE INDEX hires_of_room ON venue.hires (tenant_id, room_id, day);
SELECT tenancy.protect('venue.hires', 'service data', 'svc_venue:SIU');

-- 使用許可書: numbered without gaps by facility and fiscal year.
CREATE TABLE venue.permit_series (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  facility_id uuid NOT NULL,
  fiscal_year integer NOT NULL,
  last integer NOT NULL,
  CONSTRAINT permit_series_pkey PRIMARY KEY (tenant_id, facility_id, fiscal_year),
  CONSTRAINT permit_series_facility FOREIGN KEY (tenant_id, facility_id) REFERENCES venue.facilities (tenant_id, id)
);
SELECT tenancy.protect('venue.permit_series', 'service data', 'svc_venue:SIU');

CREATE TABLE venue.permits (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  facility_id uuid NOT NULL,
  application_id uuid NOT NULL,
  fiscal_year integer NOT NULL,
  number integer NOT NULL,
  -- from 1; the latest counts
  revision integer NOT NULL,
  -- what everybody may check it by
  code text NOT NULL,
  -- what it permits, as it was issued, and its SHA-256
  content jsonb NOT NULL,
  content_hash text NOT NULL,
  issued_at timestamptz NOT NULL,
  revoked_at timestamptz,
  CONSTRAINT permits_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT permits_number UNIQUE (tenant_id, facility_id, fiscal_year, number, revision),
  CONSTRAINT permits_code UNIQUE (tenant_id, code),
  CONSTRAINT permits_facility FOREIGN KEY (tenant_id, facility_id) REFERENCES venue.facilities (tenant_id, id),
  CONSTRAINT permits_application FOREIGN KEY (tenant_id, application_id) REFERENCES venue.hire_applications (tenant_id, id),
  CONSTRAINT permits_counted CHECK (number > 0 AND revision > 0)
);
CREATE INDEX permits_of_application ON venue.permits (tenant_id, application_id, revision);
SELECT tenancy.protect('venue.permits', 'service data', 'svc_venue:SIU');
