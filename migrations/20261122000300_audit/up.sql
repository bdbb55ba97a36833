-- The journal. Services write the outbox and can read nothing back; only the sealer moves rows into the log; nobody changes the log.

-- Facts that are not sealed yet. Rows come with the transaction that made them true and leave within about a second.
CREATE TABLE audit.outbox (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  category text NOT NULL,
  event text NOT NULL,
  outcome text NOT NULL,
  service text NOT NULL,
  actor_kind text NOT NULL,
  actor_id text,
  subject_kind text NOT NULL,
  subject_id text NOT NULL,
  data jsonb NOT NULL,
  request_id text NOT NULL,
  CONSTRAINT outbox_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT outbox_category CHECK (category IN ('platform', 'auth', 'access', 'network', 'monitoring')),
  CONSTRAINT outbox_outcome CHECK (outcome IN ('done', 'denied', 'failed'))
) WITH (
  -- a queue: every row is dead a second later
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_insert_scale_factor = 0,
  autovacuum_vacuum_insert_threshold = 20000
);
SELECT tenancy.protect('audit.outbox', 'records',
  'svc_core:I,svc_ticket:I,svc_venue:I,svc_course:I,svc_operator:I,svc_sealer:SD');
-- an operator's transaction has no tenant; what it did is told in the journal of the house
CREATE POLICY house ON audit.outbox FOR INSERT TO svc_operator
  WITH CHECK (tenant_id = '00000000-0000-0000-0000-000000000000');

-- Sealed facts. `canonical` is the published entry and what `leaf` is the hash of; the columns before it repeat parts of it for finding.
CREATE TABLE audit.log (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  seq bigint NOT NULL,
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  category text NOT NULL,
  event text NOT NULL,
  subject_kind text NOT NULL,
  subject_id text NOT NULL,
  canonical text NOT NULL,
  leaf bytea NOT NULL,
  CONSTRAINT log_pkey PRIMARY KEY (tenant_id, seq),
  CONSTRAINT log_once UNIQUE (tenant_id, id),
  CONSTRAINT log_seq CHECK (seq > 0),
  CONSTRAINT log_leaf CHECK (octet_length(leaf) = 32)
);
CREATE INDEX log_subject ON audit.log (tenant_id, subject_id, seq);
SELECT tenancy.protect('audit.log', 'records', 'svc_core:S,svc_sealer:SI');

-- Signed states of the log.
CREATE TABLE audit.checkpoints (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  number bigint NOT NULL,
  size bigint NOT NULL,
  at timestamptz NOT NULL,
  note text NOT NULL,
  CONSTRAINT checkpoints_pkey PRIMARY KEY (tenant_id, number),
  CONSTRAINT checkpoints_number CHECK (number > 0),
  CONSTRAINT checkpoints_size CHECK (size >= 0)
);
SELECT tenancy.protect('audit.checkpoints', 'records', 'svc_core:S,svc_sealer:SI');

-- Where the sealer stands with each journal: the tree as the roots of its perfect subtrees, and the last checkpoint.
CREATE TABLE audit.tree_heads (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  size bigint NOT NULL,
  nodes bytea NOT NULL,
  signed_number bigint NOT NULL,
  signed_size bigint NOT NULL,
  signed_at timestamptz NOT NULL,
  signed_digest bytea NOT NULL,
  CONSTRAINT tree_heads_pkey PRIMARY KEY (tenant_id),
  CONSTRAINT tree_heads_size CHECK (size >= signed_size AND signed_size >= 0)
);
SELECT tenancy.protect('audit.tree_heads', 'records', 'svc_core:S,svc_sealer:SIU');

-- Which journals have work is the one question that is asked across tenants, by the functions of standing/30_audit.sql.
-- Their owner sees which tenants have rows and how far they are sealed, never a fact.
CREATE POLICY across ON audit.outbox FOR SELECT TO itsudemo_resolver USING (true);
CREATE POLICY across ON audit.tree_heads FOR SELECT TO itsudemo_resolver USING (true);
GRANT SELECT (tenant_id) ON audit.outbox TO itsudemo_resolver;
GRANT SELECT (tenant_id, size, signed_size, signed_at) ON audit.tree_heads TO itsudemo_resolver;
