-- What may be sold: halls and their seats, productions and their performances, prices and sale windows.

CREATE TABLE ticket.halls (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  name text NOT NULL,
  name_en text,
  address text,
  -- 消防定員: no performance may admit more
  legal_capacity integer,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT halls_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT halls_name_given CHECK (name <> ''),
  CONSTRAINT halls_capacity CHECK (legal_capacity IS NULL OR legal_capacity > 0)
);
SELECT tenancy.protect('ticket.halls', 'service data', 'svc_ticket:SIU');

CREATE TABLE ticket.seating_plans (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  hall_id uuid NOT NULL,
  name text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT seating_plans_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT seating_plans_hall FOREIGN KEY (tenant_id, hall_id) REFERENCES ticket.halls (tenant_id, id),
  CONSTRAINT seating_plans_name_given CHECK (name <> '')
);
CREATE INDEX seating_plans_of_hall ON ticket.seating_plans (tenant_id, hall_id);
SELECT tenancy.protect('ticket.seating_plans', 'service data', 'svc_ticket:SIU');

-- A version never changes once it is published: what was sold on it can be explained for ever.
CREATE TABLE ticket.seating_plan_versions (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  plan_id uuid NOT NULL,
  number integer NOT NULL,
  state text NOT NULL,
  seat_count integer NOT NULL,
  -- SHA-256 over the canonical list of seats
  checksum bytea NOT NULL,
  created_at timestamptz NOT NULL,
  published_at timestamptz,
  CONSTRAINT seating_plan_versions_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT seating_plan_versions_number UNIQUE (tenant_id, plan_id, number),
  CONSTRAINT seating_plan_versions_plan FOREIGN KEY (tenant_id, plan_id) REFERENCES ticket.seating_plans (tenant_id, id),
  CONSTRAINT seating_plan_versions_state CHECK (state IN ('draft', 'published')),
  CONSTRAINT seating_plan_versions_published CHECK ((state = 'published') = (published_at IS NOT NULL)),
  CONSTRAINT seating_plan_versions_seats CHECK (seat_count > 0 AND octet_length(checksum) = 32)
);
SELECT tenancy.protect('ticket.seating_plan_versions', 'service data', 'svc_ticket:SIU');

-- row_index and position_index say who sits beside whom; labels are only printed. block_index numbers the unbroken runs
-- of a row: an aisle or a gap begins a new one.
CREATE TABLE ticket.seats (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  plan_version_id uuid NOT NULL,
  -- 0-based place in the plan's order: the index into the status bitmap
  ordinal integer NOT NULL,
  section text NOT NULL,
  row_label text NOT NULL,
  seat_label text NOT NULL,
  row_index integer NOT NULL,
  position_index integer NOT NULL,
  block_index integer NOT NULL,
  x integer,
  y integer,
  -- smaller is better
  quality_rank integer NOT NULL,
  aisle boolean NOT NULL,
  wheelchair boolean NOT NULL,
  companion boolean NOT NULL,
  restricted_view boolean NOT NULL,
  CONSTRAINT seats_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT seats_ordinal UNIQUE (tenant_id, plan_version_id, ordinal),
  CONSTRAINT seats_label UNIQUE (tenant_id, plan_version_id, section, row_label, seat_label),
  CONSTRAINT seats_position UNIQUE (tenant_id, plan_version_id, section, row_index, position_index),
  CONSTRAINT seats_plan_version FOREIGN KEY (tenant_id, plan_version_id)
    REFERENCES ticket.seating_plan_versions (tenant_id, id)
);
SELECT tenancy.protect('ticket.seats', 'service data', 'svc_ticket:SID');

CREATE TABLE ticket.productions (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  title text NOT NULL,
  title_en text,
  organiser text NOT NULL,
  genre text,
  description text,
  -- 特定興行入場券 (2019 Act): no resale, date and place fixed, seat or entrant fixed, contact checked
  specified_ticket boolean NOT NULL,
  state text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT productions_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT productions_title_given CHECK (title <> ''),
  CONSTRAINT productions_state CHECK (state IN ('draft', 'announced', 'published'))
);
SELECT tenancy.protect('ticket.productions', 'service data', 'svc_ticket:SIU');

CREATE TABLE ticket.performances (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  production_id uuid NOT NULL,
  hall_id uuid NOT NULL,
  -- absent: no numbered seats
  plan_version_id uuid,
  doors_at timestamptz NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  sales_cutoff_at timestamptz NOT NULL,
  -- no more places than these are for sale
  capacity_cap integer,
  state text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT performances_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT performances_production FOREIGN KEY (tenant_id, production_id) REFERENCES ticket.productions (tenant_id, id),
  CONSTRAINT performances_hall FOREIGN KEY (tenant_id, hall_id) REFERENCES ticket.halls (tenant_id, id),
  CONSTRAINT performances_plan_version FOREIGN KEY (tenant_id, plan_version_id)
    REFERENCES ticket.seating_plan_versions (tenant_id, id),
  CONSTRAINT performances_times CHECK (doors_at <= starts_at AND starts_at < ends_at AND sales_cutoff_at <= ends_at),
  CONSTRAINT performances_state CHECK (state IN ('draft', 'announced', 'on_sale', 'paused', 'closed', 'cancelled')),
  CONSTRAINT performances_cap CHECK (capacity_cap > 0)
);
CREATE INDEX performances_of_production ON ticket.performances (tenant_id, production_id, id);
SELECT tenancy.protect('ticket.performances', 'service data', 'svc_ticket:SIU');

-- 席種 of a production, and 券種
CREATE TABLE ticket.seat_classes (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  production_id uuid NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  name_en text,
  -- assigned: a seat of one's own; none: free seating or standing, from a pool
  numbering text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT seat_classes_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT seat_classes_code UNIQUE (tenant_id, production_id, code),
  CONSTRAINT seat_classes_production FOREIGN KEY (tenant_id, production_id) REFERENCES ticket.productions (tenant_id, id),
  CONSTRAINT seat_classes_numbering CHECK (numbering IN ('assigned', 'none'))
);
SELECT tenancy.protect('ticket.seat_classes', 'service data', 'svc_ticket:SIU');

CREATE TABLE ticket.ticket_types (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  production_id uuid NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  name_en text,
  -- a certificate is shown at the gate
  proof_required boolean NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT ticket_types_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT ticket_types_code UNIQUE (tenant_id, production_id, code),
  CONSTRAINT ticket_types_production FOREIGN KEY (tenant_id, production_id) REFERENCES ticket.productions (tenant_id, id)
);
SELECT tenancy.protect('ticket.ticket_types', 'service data', 'svc_ticket:SIU');

-- 価格表: seat class × ticket type, in whole yen, tax included. A change is a new list; the newest for a performance counts.
CREATE TABLE ticket.price_lists (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  production_id uuid NOT NULL,
  -- absent: for every performance of the production that has none of its own
  performance_id uuid,
  name text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT price_lists_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT price_lists_production FOREIGN KEY (tenant_id, production_id) REFERENCES ticket.productions (tenant_id, id),
  CONSTRAINT price_lists_performance FOREIGN KEY (tenant_id, performance_id) REFERENCES ticket.performances (tenant_id, id)
);
CREATE INDEX price_lists_of_production ON ticket.price_lists (tenant_id, production_id, id);
SELECT tenancy.protect('ticket.price_lists', 'service data', 'svc_ticket:SI');

CREATE TABLE ticket.prices (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  price_list_id uuid NOT NULL,
  seat_class_id uuid NOT NULL,
  ticket_type_id uuid NOT NULL,
  amount bigint NOT NULL,
  tax_rate text NOT NULL,
  CONSTRAINT prices_pkey PRIMARY KEY (tenant_id, price_list_id, seat_class_id, ticket_type_id),
  CONSTRAINT prices_list FOREIGN KEY (tenant_id, price_list_id) REFERENCES ticket.price_lists (tenant_id, id),
  CONSTRAINT prices_class FOREIGN KEY (tenant_id, seat_class_id) REFERENCES ticket.seat_classes (tenant_id, id),
  CONSTRAINT prices_type FOREIGN KEY (tenant_id, ticket_type_id) REFERENCES ticket.ticket_types (tenant_id, id),
  CONSTRAINT prices_amount CHECK (amount >= 0 AND amount <= 999999999),
  CONSTRAINT prices_tax_rate CHECK (tax_rate IN ('standard', 'reduced', 'exempt'))
);
SELECT tenancy.protect('ticket.prices', 'service data', 'svc_ticket:SI');

-- 販売区分: who may buy what, where, when, how many
CREATE TABLE ticket.sale_windows (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  performance_id uuid NOT NULL,
  name text NOT NULL,
  -- public: anybody; staff: the house's own counter and servers
  audience text NOT NULL,
  opens_at timestamptz NOT NULL,
  closes_at timestamptz NOT NULL,
  per_order_limit integer NOT NULL,
  hold_minutes integer NOT NULL,
  hold_minutes_max integer NOT NULL,
  payment_minutes integer NOT NULL,
  selection text NOT NULL,
  fee_per_ticket bigint NOT NULL,
  fee_per_order bigint NOT NULL,
  -- 販路 that sell through it, and how an order of it may be paid
  channels text[] NOT NULL DEFAULT '{web,box_office,server}',
  payment_methods text[] NOT NULL DEFAULT '{cash,card_terminal,sandbox_card,sandbox_konbini}',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT sale_windows_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT sale_windows_performance FOREIGN KEY (tenant_id, performance_id)
    REFERENCES ticket.performances (tenant_id, id),
  CONSTRAINT sale_windows_audience CHECK (audience IN ('public', 'staff')),
  CONSTRAINT sale_windows_times CHECK (opens_at < closes_at),
  CONSTRAINT sale_windows_limit CHECK (per_order_limit BETWEEN 1 AND 100),
  CONSTRAINT sale_windows_hold CHECK (hold_minutes BETWEEN 1 AND 60 AND hold_minutes_max BETWEEN hold_minutes AND 240),
  CONSTRAINT sale_windows_payment CHECK (payment_minutes BETWEEN 1 AND 43200),
  CONSTRAINT sale_windows_selection CHECK (selection IN ('pick', 'best', 'both')),
  CONSTRAINT sale_windows_fees CHECK (fee_per_ticket BETWEEN 0 AND 99999 AND fee_per_order BETWEEN 0 AND 99999),
  CONSTRAINT sale_windows_channels CHECK (cardinality(channels) > 0 AND channels <@ '{web,box_office,server}'),
  CONSTRAINT sale_windows_payment_methods CHECK (cardinality(payment_methods) > 0
    AND payment_methods <@ '{cash,card_terminal,sandbox_card,sandbox_konbini}')
);
CREATE INDEX sale_windows_of_performance ON ticket.sale_windows (tenant_id, performance_id);
SELECT tenancy.protect('ticket.sale_windows', 'service data', 'svc_ticket:SIU');
