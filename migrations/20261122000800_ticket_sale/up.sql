-- Stock that many people want at once, and what becomes of it: holds, orders, tickets, admissions.
-- Whether something is still held is judged by the clock of the asker, never by a sweeper having been there.

-- Places without numbers. `taken` is moved by holding and releasing alone, never by paying. A pool inside another is capped by both.
-- The page is left mostly empty: the counter of a hot pool changes thousands of times a second and stays on its page.
CREATE TABLE ticket.pools (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  performance_id uuid NOT NULL,
  seat_class_id uuid,
  parent_id uuid,
  name text NOT NULL,
  capacity bigint NOT NULL,
  taken bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  CONSTRAINT pools_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT pools_in_one_performance UNIQUE (tenant_id, performance_id, id),
  CONSTRAINT pools_performance FOREIGN KEY (tenant_id, performance_id) REFERENCES ticket.performances (tenant_id, id),
  CONSTRAINT pools_seat_class FOREIGN KEY (tenant_id, seat_class_id) REFERENCES ticket.seat_classes (tenant_id, id),
  CONSTRAINT pools_parent FOREIGN KEY (tenant_id, performance_id, parent_id) REFERENCES ticket.pools (tenant_id, performance_id, id),
  CONSTRAINT pools_not_its_own_parent CHECK (parent_id <> id),
  CONSTRAINT pools_never_oversold CHECK (taken >= 0 AND taken <= capacity)
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
SELECT tenancy.protect('ticket.pools', 'service data', 'svc_ticket:SIU');

-- One row for each seat of each performance. Free is: no ticket, not blocked, and nobody's claim that still counts.
-- A claim is a hold's (`hold_id`) or an unpaid order's (`order_id`), until `hold_until`.
CREATE TABLE ticket.performance_seats (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  performance_id uuid NOT NULL,
  seat_id uuid NOT NULL,
  seat_class_id uuid NOT NULL,
  section text NOT NULL,
  row_label text NOT NULL,
  seat_label text NOT NULL,
  ordinal integer NOT NULL,        -- place in the seating plan: the bit pair in the status bitmap
  lane integer NOT NULL,           -- an unbroken bench: one section, row and block
  row_index integer NOT NULL,
  position_index integer NOT NULL, -- neighbours differ by one
  block_index integer NOT NULL,
  quality_rank integer NOT NULL,   -- 1 is best
  off_centre integer NOT NULL,     -- distance from the middle of the row, in half seats
  wheelchair boolean NOT NULL DEFAULT false,
  companion boolean NOT NULL DEFAULT false,
  blocked text,
  hold_id uuid,
  hold_until timestamptz,
  order_id uuid,
  ticket_id uuid,
  CONSTRAINT performance_seats_pkey PRIMARY KEY (tenant_id, performance_id, seat_id),
  CONSTRAINT performance_seats_ordinal UNIQUE (tenant_id, performance_id, ordinal),
  CONSTRAINT performance_seats_performance FOREIGN KEY (tenant_id, performance_id) REFERENCES ticket.performances (tenant_id, id),
  CONSTRAINT performance_seats_seat_class FOREIGN KEY (tenant_id, seat_class_id) REFERENCES ticket.seat_classes (tenant_id, id),
  CONSTRAINT performance_seats_claim CHECK (hold_id IS NULL OR hold_until IS NOT NULL)
) WITH (fillfactor = 70);
-- what may still be chosen: the best first, and bench by bench
CREATE INDEX performance_seats_best ON ticket.performance_seats (tenant_id, performance_id, seat_class_id, quality_rank)
  WHERE ticket_id IS NULL AND blocked IS NULL AND NOT wheelchair AND NOT companion;
CREATE INDEX performance_seats_bench ON ticket.performance_seats (tenant_id, performance_id, lane, position_index)
  WHERE ticket_id IS NULL AND blocked IS NULL AND NOT wheelchair AND NOT companion;
SELECT tenancy.protect('ticket.performance_seats', 'service data', 'svc_ticket:SIU');

-- No foreign key from holds, orders or tickets to the performance: each would lock that one row for every sale in the rush.
-- Their lines name seats and pools, which do belong to it, and performances are never deleted.

-- 仮押さえ. What the client shows to prove that it is his hold is kept as a hash.
CREATE TABLE ticket.holds (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  performance_id uuid NOT NULL,
  sale_window_id uuid,
  secret_hash bytea,
  state text NOT NULL,
  placed_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  max_expires_at timestamptz NOT NULL,
  quote jsonb NOT NULL,
  CONSTRAINT holds_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT holds_state CHECK (state IN ('active', 'converted', 'released', 'expired')),
  CONSTRAINT holds_lifetime CHECK (expires_at <= max_expires_at)
);
CREATE INDEX holds_active ON ticket.holds (tenant_id, performance_id, expires_at) WHERE state = 'active';
SELECT tenancy.protect('ticket.holds', 'service data', 'svc_ticket:SIU');

CREATE TABLE ticket.hold_lines (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  hold_id uuid NOT NULL,
  line integer NOT NULL,
  kind text NOT NULL,
  seat_id uuid,
  pool_id uuid,
  quantity integer NOT NULL,
  seat_class_id uuid,
  ticket_type_id uuid,
  type_code text,
  place text,
  unit_amount bigint NOT NULL,
  tax text NOT NULL,
  rule text NOT NULL,
  label text NOT NULL,
  CONSTRAINT hold_lines_pkey PRIMARY KEY (tenant_id, hold_id, line),
  CONSTRAINT hold_lines_hold FOREIGN KEY (tenant_id, hold_id) REFERENCES ticket.holds (tenant_id, id),
  CONSTRAINT hold_lines_kind CHECK (kind IN ('sale', 'fee')),
  CONSTRAINT hold_lines_of_one_thing CHECK (num_nonnulls(seat_id, pool_id) = CASE kind WHEN 'sale' THEN 1 ELSE 0 END),
  CONSTRAINT hold_lines_sale CHECK (kind = 'fee' OR num_nulls(seat_class_id, ticket_type_id, type_code, place) = 0),
  CONSTRAINT hold_lines_quantity CHECK (quantity >= 1 AND (seat_id IS NULL OR quantity = 1)),
  CONSTRAINT hold_lines_unit_amount CHECK (unit_amount >= 0)
);
SELECT tenancy.protect('ticket.hold_lines', 'service data', 'svc_ticket:SI');

-- 注文. The number is what people read to each other; it comes from no sequence, so no two sales wait for each other.
CREATE TABLE ticket.orders (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  number text NOT NULL,
  performance_id uuid NOT NULL,
  hold_id uuid,
  patron_id uuid,
  channel text NOT NULL,
  secret_hash bytea,
  state text NOT NULL,
  quantity integer NOT NULL,
  -- how many of its tickets are void
  voided integer NOT NULL DEFAULT 0,
  total bigint NOT NULL,
  due_at timestamptz NOT NULL,
  policy jsonb NOT NULL,
  version integer NOT NULL DEFAULT 1,
  placed_at timestamptz NOT NULL,
  paid_at timestamptz,
  cancelled_at timestamptz,
  CONSTRAINT orders_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT orders_number UNIQUE (tenant_id, number),
  CONSTRAINT orders_state CHECK (state IN ('awaiting_payment', 'paid', 'expired', 'cancelled')),
  CONSTRAINT orders_paid CHECK ((state = 'paid') = (paid_at IS NOT NULL)),
  CONSTRAINT orders_channel CHECK (channel IN ('web', 'box_office', 'server')),
  CONSTRAINT orders_total CHECK (total >= 0 AND quantity >= 1),
  CONSTRAINT orders_voided CHECK (voided >= 0 AND voided <= quantity)
);
CREATE INDEX orders_unpaid ON ticket.orders (tenant_id, performance_id, due_at) WHERE state = 'awaiting_payment';
CREATE INDEX orders_of_patron ON ticket.orders (tenant_id, patron_id, id) WHERE patron_id IS NOT NULL;
SELECT tenancy.protect('ticket.orders', 'service data', 'svc_ticket:SIU');

CREATE TABLE ticket.order_lines (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  line integer NOT NULL,
  kind text NOT NULL,
  seat_id uuid,
  pool_id uuid,
  quantity integer NOT NULL,
  seat_class_id uuid,
  ticket_type_id uuid,
  type_code text,
  place text,
  unit_amount bigint NOT NULL,
  tax text NOT NULL,
  rule text NOT NULL,
  label text NOT NULL,
  CONSTRAINT order_lines_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT order_lines_in_order UNIQUE (tenant_id, order_id, line),
  CONSTRAINT order_lines_order FOREIGN KEY (tenant_id, order_id) REFERENCES ticket.orders (tenant_id, id),
  CONSTRAINT order_lines_kind CHECK (kind IN ('sale', 'fee')),
  CONSTRAINT order_lines_of_one_thing CHECK (num_nonnulls(seat_id, pool_id) = CASE kind WHEN 'sale' THEN 1 ELSE 0 END),
  CONSTRAINT order_lines_sale CHECK (kind = 'fee' OR num_nulls(seat_class_id, ticket_type_id, type_code, place) = 0),
  CONSTRAINT order_lines_quantity CHECK (quantity >= 1 AND (seat_id IS NULL OR quantity = 1)),
  CONSTRAINT order_lines_unit_amount CHECK (unit_amount >= 0)
);
SELECT tenancy.protect('ticket.order_lines', 'service data', 'svc_ticket:SI');

-- 券. The referee of every seat sale is the partial unique index below.
CREATE TABLE ticket.tickets (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  order_id uuid NOT NULL,
  order_line_id uuid NOT NULL,
  performance_id uuid NOT NULL,
  seat_id uuid,
  pool_id uuid,
  seat_class_id uuid NOT NULL,
  ticket_type_id uuid NOT NULL,
  serial bigint NOT NULL,
  label text NOT NULL,
  type_code text NOT NULL,
  enter_from timestamptz NOT NULL,
  enter_until timestamptz NOT NULL,
  issued_at timestamptz NOT NULL,
  voided_at timestamptz,
  void_cause text,
  -- why, in the words of the house
  void_note text,
  CONSTRAINT tickets_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT tickets_serial UNIQUE (tenant_id, serial),
  CONSTRAINT tickets_order FOREIGN KEY (tenant_id, order_id) REFERENCES ticket.orders (tenant_id, id),
  CONSTRAINT tickets_order_line FOREIGN KEY (tenant_id, order_line_id) REFERENCES ticket.order_lines (tenant_id, id),
  CONSTRAINT tickets_of_one_thing CHECK (num_nonnulls(seat_id, pool_id) = 1),
  CONSTRAINT tickets_entry CHECK (enter_from < enter_until),
  CONSTRAINT tickets_void CHECK ((voided_at IS NULL) = (void_cause IS NULL) AND (void_note IS NULL OR void_cause IS NOT NULL)),
  CONSTRAINT tickets_void_cause CHECK (void_cause IN ('refunded', 'performance_cancelled', 'house'))
);
CREATE UNIQUE INDEX tickets_one_per_seat ON ticket.tickets (tenant_id, performance_id, seat_id) WHERE voided_at IS NULL;
CREATE INDEX tickets_of_order ON ticket.tickets (tenant_id, order_id);
SELECT tenancy.protect('ticket.tickets', 'service data', 'svc_ticket:SIU');

-- もぎり. The primary key decides who of two gates was first; a gate that asks again with its own nonce gets its own answer.
CREATE TABLE ticket.admissions (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  ticket_id uuid NOT NULL,
  performance_id uuid NOT NULL,
  device text NOT NULL,
  nonce text NOT NULL,
  gate text,
  admitted_at timestamptz NOT NULL,
  CONSTRAINT admissions_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT admissions_once UNIQUE (tenant_id, ticket_id),
  CONSTRAINT admissions_nonce UNIQUE (tenant_id, device, nonce),
  CONSTRAINT admissions_ticket FOREIGN KEY (tenant_id, ticket_id) REFERENCES ticket.tickets (tenant_id, id)
);
CREATE INDEX admissions_of_performance ON ticket.admissions (tenant_id, performance_id, id);
SELECT tenancy.protect('ticket.admissions', 'records', 'svc_ticket:SI');
