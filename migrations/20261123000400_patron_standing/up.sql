-- 利用者登録: as which class of user a patron is registered, and for how long.

CREATE TABLE patron.user_classes (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  name_en text,
  ordinal integer NOT NULL,
  -- 適用開始日, 廃止日: civil days in Asia/Tokyo, the second excluded
  effective_from date NOT NULL,
  effective_until date,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT user_classes_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT user_classes_code UNIQUE (tenant_id, code),
  CONSTRAINT user_classes_given CHECK (code <> '' AND name <> ''),
  CONSTRAINT user_classes_effective CHECK (effective_until IS NULL OR effective_until > effective_from)
);
SELECT tenancy.protect('patron.user_classes', 'service data', 'svc_core:SIU,svc_venue:S,svc_course:S');

CREATE TABLE patron.standings (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  patron_id uuid NOT NULL,
  user_class_id uuid NOT NULL,
  -- what was decided; that a period has ended is judged by the clock when it is read
  state text NOT NULL,
  -- civil days in Asia/Tokyo, the second excluded
  valid_from date,
  valid_until date,
  suspended_until timestamptz,
  -- the one it renews
  follows_id uuid,
  -- answers and reasons, sealed
  personal bytea NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT standings_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT standings_patron FOREIGN KEY (tenant_id, patron_id) REFERENCES patron.patrons (tenant_id, id),
  CONSTRAINT standings_user_class FOREIGN KEY (tenant_id, user_class_id) REFERENCES patron.user_classes (tenant_id, id),
  CONSTRAINT standings_follows FOREIGN KEY (tenant_id, follows_id) REFERENCES patron.standings (tenant_id, id),
  CONSTRAINT standings_state CHECK (state IN ('draft', 'pending', 'returned', 'refused', 'active', 'closed')),
  CONSTRAINT standings_period CHECK ((state <> 'active' OR valid_from IS NOT NULL) AND (valid_until IS NULL OR valid_from < valid_until)),
  CONSTRAINT standings_version CHECK (version >= 1),
  CONSTRAINT standings_one_a_day
    EXCLUDE USING gist (tenant_id WITH =, patron_id WITH =, daterange(valid_from, valid_until) WITH &&) WHERE (state = 'active')
);
-- one application at a time: sending it twice is sending it once
CREATE UNIQUE INDEX one_application_per_patron ON patron.standings (tenant_id, patron_id)
  WHERE state IN ('draft', 'pending', 'returned');
CREATE INDEX standings_of_patron ON patron.standings (tenant_id, patron_id, id);
CREATE INDEX standings_of_class ON patron.standings (tenant_id, user_class_id);
CREATE INDEX standings_by_state ON patron.standings (tenant_id, state, id);
CREATE INDEX standings_followed ON patron.standings (tenant_id, follows_id) WHERE follows_id IS NOT NULL;
SELECT tenancy.protect('patron.standings', 'personal data', 'svc_core:SIU,svc_venue:S,svc_course:S');
