-- 利用者: the only tables that hold personal data. What names a person is sealed under the tenant's key; what finds a person
-- is a blind index (keyed hash of the normalised value), so a copy of these tables shows nobody.

CREATE TABLE patron.patrons (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  kind text NOT NULL,
  state text NOT NULL,
  locale text NOT NULL,
  personal bytea NOT NULL,
  email_index bytea,
  phone_index bytea,
  kana_index bytea,
  email_verified_at timestamptz,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT patrons_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT patrons_kind CHECK (kind IN ('guest', 'registered')),
  CONSTRAINT patrons_state CHECK (state IN ('active', 'suspended', 'closed')),
  CONSTRAINT patrons_locale CHECK (locale IN ('ja', 'en')),
  CONSTRAINT patrons_version CHECK (version >= 1)
);
-- one registration per address and tenant; guests may share theirs
CREATE UNIQUE INDEX one_registration_per_email ON patron.patrons (tenant_id, email_index)
  WHERE kind = 'registered' AND state <> 'closed';
CREATE INDEX patrons_by_email ON patron.patrons (tenant_id, email_index, id) WHERE email_index IS NOT NULL;
CREATE INDEX patrons_by_phone ON patron.patrons (tenant_id, phone_index, id) WHERE phone_index IS NOT NULL;
CREATE INDEX patrons_by_kana ON patron.patrons (tenant_id, kana_index, id) WHERE kana_index IS NOT NULL;
SELECT tenancy.protect('patron.patrons', 'personal data', 'svc_core:SIU,svc_ticket:SIU,svc_venue:SIU,svc_course:SIU');

CREATE TABLE patron.passwords (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  patron_id uuid NOT NULL,
  phc text NOT NULL,
  changed_at timestamptz NOT NULL,
  CONSTRAINT passwords_pkey PRIMARY KEY (tenant_id, patron_id),
  CONSTRAINT passwords_patron_fkey FOREIGN KEY (tenant_id, patron_id) REFERENCES patron.patrons (tenant_id, id) ON DELETE CASCADE
);
SELECT tenancy.protect('patron.passwords', 'personal data', 'svc_core:SIUD');

-- What waits until its owner proves that an address is theirs. A sign-up is nothing but such a row until then, so nobody can
-- occupy another person's address, and its password is set only by whoever reads that mailbox. Used rows are deleted.
CREATE TABLE patron.verifications (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  purpose text NOT NULL,
  patron_id uuid,
  token_hash bytea NOT NULL,
  pending bytea NOT NULL,
  phc text,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  CONSTRAINT verifications_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT verifications_token_hash_key UNIQUE (tenant_id, token_hash),
  CONSTRAINT verifications_purpose CHECK (purpose IN ('sign_up', 'change_email', 'reset_password')),
  CONSTRAINT verifications_target CHECK ((purpose = 'sign_up') = (patron_id IS NULL) AND (purpose = 'sign_up') = (phc IS NOT NULL)),
  CONSTRAINT verifications_patron_fkey FOREIGN KEY (tenant_id, patron_id) REFERENCES patron.patrons (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX verifications_by_patron ON patron.verifications (tenant_id, patron_id) WHERE patron_id IS NOT NULL;
CREATE INDEX verifications_by_expiry ON patron.verifications (tenant_id, expires_at);
SELECT tenancy.protect('patron.verifications', 'personal data', 'svc_core:SIUD');

-- Attempts to sign in (and to have mail sent) since the last success, per address, whether anybody has that address or not.
CREATE TABLE patron.throttles (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  subject bytea NOT NULL,
  attempts integer NOT NULL,
  blocked_until timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  CONSTRAINT throttles_pkey PRIMARY KEY (tenant_id, subject),
  CONSTRAINT throttles_attempts CHECK (attempts >= 0)
);
CREATE INDEX throttles_by_age ON patron.throttles (tenant_id, last_at);
SELECT tenancy.protect('patron.throttles', 'personal data', 'svc_core:SIUD');
