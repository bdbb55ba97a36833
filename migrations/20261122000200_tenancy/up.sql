-- Tenants, their contracts and staff, and every way of proving who one is.

CREATE TABLE tenancy.tenants (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  name text NOT NULL,
  -- a sandbox belongs to a tenant and has no contract of its own
  sandbox_of uuid,
  sandbox_id uuid,
  requested_by text,
  received_at timestamptz,
  document_ref text,
  explained_at timestamptz,
  created_at timestamptz NOT NULL,
  created_by uuid NOT NULL,
  CONSTRAINT tenants_pkey PRIMARY KEY (tenant_id),
  CONSTRAINT tenants_name_given CHECK (name <> ''),
  CONSTRAINT tenants_sandbox_is_a_leaf CHECK (sandbox_of IS NULL OR sandbox_id IS NULL),
  CONSTRAINT tenants_were_asked_for CHECK (sandbox_of IS NOT NULL
    OR (requested_by IS NOT NULL AND received_at IS NOT NULL AND document_ref IS NOT NULL AND explained_at IS NOT NULL))
);
SELECT tenancy.protect('tenancy.tenants', 'contract', 'svc_core:S,svc_ticket:S,svc_venue:S,svc_course:S,svc_operator:SIU');

-- The terms a tenant signed. A change is a new version; the highest one counts.
CREATE TABLE tenancy.contracts (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  version integer NOT NULL,
  starts_on date NOT NULL,
  -- the last day of service, Japan time
  ends_on date NOT NULL,
  retention_days integer NOT NULL,
  backup_days integer NOT NULL,
  flags text[] NOT NULL,
  document_ref text NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by uuid NOT NULL,
  CONSTRAINT contracts_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT contracts_one_per_version UNIQUE (tenant_id, version),
  CONSTRAINT contracts_tenant FOREIGN KEY (tenant_id) REFERENCES tenancy.tenants (tenant_id),
  CONSTRAINT contracts_period CHECK (starts_on <= ends_on),
  CONSTRAINT contracts_days CHECK (retention_days >= 0 AND backup_days >= retention_days)
);
SELECT tenancy.protect('tenancy.contracts', 'contract', 'svc_core:S,svc_operator:SI');

CREATE TABLE tenancy.subscriptions (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  service text NOT NULL,
  starts_on date NOT NULL,
  ends_on date NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT subscriptions_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT subscriptions_tenant FOREIGN KEY (tenant_id) REFERENCES tenancy.tenants (tenant_id),
  CONSTRAINT subscriptions_service CHECK (service IN ('ticket', 'venue', 'course')),
  CONSTRAINT subscriptions_period CHECK (starts_on <= ends_on),
  CONSTRAINT subscriptions_one_at_a_time
    EXCLUDE USING gist (tenant_id WITH =, service WITH =, daterange(starts_on, ends_on, '[]') WITH &&)
);
SELECT tenancy.protect('tenancy.subscriptions', 'contract', 'svc_core:S,svc_operator:SIU');

-- The people named in the contract: only they can have an account.
CREATE TABLE tenancy.roster_members (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  name text NOT NULL,
  department text,
  created_at timestamptz NOT NULL,
  removed_at timestamptz,
  CONSTRAINT roster_members_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT roster_members_tenant FOREIGN KEY (tenant_id) REFERENCES tenancy.tenants (tenant_id),
  CONSTRAINT roster_members_name_given CHECK (name <> '')
);
SELECT tenancy.protect('tenancy.roster_members', 'contract', 'svc_core:S,svc_operator:SIU');

CREATE TABLE tenancy.staff (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  roster_member_id uuid NOT NULL,
  login_id text NOT NULL,
  created_at timestamptz NOT NULL,
  disabled_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT staff_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT staff_one_per_roster_member UNIQUE (tenant_id, roster_member_id),
  CONSTRAINT staff_login UNIQUE (tenant_id, login_id),
  CONSTRAINT staff_roster_member FOREIGN KEY (tenant_id, roster_member_id)
    REFERENCES tenancy.roster_members (tenant_id, id)
);
SELECT tenancy.protect('tenancy.staff', 'contract', 'svc_core:SIU,svc_operator:SIU');

CREATE TABLE tenancy.staff_roles (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  staff_id uuid NOT NULL,
  service text NOT NULL,
  role text NOT NULL,
  CONSTRAINT staff_roles_pkey PRIMARY KEY (tenant_id, staff_id, service, role),
  CONSTRAINT staff_roles_staff FOREIGN KEY (tenant_id, staff_id) REFERENCES tenancy.staff (tenant_id, id),
  CONSTRAINT staff_roles_service CHECK (service IN ('core', 'ticket', 'venue', 'course')),
  CONSTRAINT staff_roles_role CHECK (role IN ('manager', 'editor', 'front', 'finance', 'gate', 'viewer', 'approver'))
);
SELECT tenancy.protect('tenancy.staff_roles', 'contract', 'svc_core:SID,svc_operator:SID');

-- The hash is written here and read by nobody but the resolver's functions.
CREATE TABLE tenancy.staff_passwords (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  staff_id uuid NOT NULL,
  hash text NOT NULL,
  -- issued by somebody else: it must be changed before the first session, and before this moment
  one_time_until timestamptz,
  set_at timestamptz NOT NULL,
  CONSTRAINT staff_passwords_pkey PRIMARY KEY (tenant_id, staff_id),
  CONSTRAINT staff_passwords_staff FOREIGN KEY (tenant_id, staff_id) REFERENCES tenancy.staff (tenant_id, id)
);
SELECT tenancy.protect('tenancy.staff_passwords', 'contract', '');

-- Keys, sessions and login ids, by the keyed hash of what the caller shows. Rows of operators have no tenant.
CREATE TABLE tenancy.credentials (
  hash bytea NOT NULL,
  tenant_id uuid DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  kind text NOT NULL,
  principal_id uuid NOT NULL,
  name text,
  -- the first characters of the token, to recognise it in a list
  hint text NOT NULL,
  scopes text[] NOT NULL DEFAULT '{}',
  origins text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  created_by text,
  expires_at timestamptz,
  idle_seconds integer,
  last_used_at timestamptz,
  revoked_at timestamptz,
  replaced_by uuid,
  CONSTRAINT credentials_pkey PRIMARY KEY (hash),
  CONSTRAINT credentials_id UNIQUE (tenant_id, id),
  CONSTRAINT credentials_hash_size CHECK (octet_length(hash) = 32),
  CONSTRAINT credentials_kind CHECK (kind IN
    ('secret', 'publishable', 'device', 'staff', 'patron', 'operator', 'staff_login', 'operator_login')),
  CONSTRAINT credentials_tenant CHECK ((tenant_id IS NULL) = (kind IN ('operator', 'operator_login'))),
  CONSTRAINT credentials_origins CHECK ((kind = 'publishable') = (cardinality(origins) > 0))
);
CREATE INDEX credentials_principal ON tenancy.credentials (tenant_id, principal_id, kind);
SELECT tenancy.protect('tenancy.credentials', 'records', '');

-- One of us. No tenant: this table is behind its grants alone.
CREATE TABLE tenancy.operators (
  id uuid NOT NULL,
  login_id text NOT NULL,
  name text NOT NULL,
  hash text NOT NULL,
  created_at timestamptz NOT NULL,
  disabled_at timestamptz,
  CONSTRAINT operators_pkey PRIMARY KEY (id),
  CONSTRAINT operators_login UNIQUE (login_id)
);
COMMENT ON TABLE tenancy.operators IS 'asset class: records';

-- Attempts to sign in by what was claimed, whether it exists or not, so that throttling tells nothing.
CREATE TABLE tenancy.sign_in_attempts (
  login_hash bytea NOT NULL,
  failures integer NOT NULL,
  last_at timestamptz NOT NULL,
  CONSTRAINT sign_in_attempts_pkey PRIMARY KEY (login_hash)
);
CREATE INDEX sign_in_attempts_age ON tenancy.sign_in_attempts (last_at);
COMMENT ON TABLE tenancy.sign_in_attempts IS 'asset class: records';
