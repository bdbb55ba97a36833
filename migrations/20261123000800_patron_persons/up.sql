-- 受講者: people with or without a sign-in, who looks after whom, what is known of them, and what they answered.

CREATE TABLE patron.persons (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  -- name, reading, birth date, contact: sealed
  personal bytea NOT NULL,
  email_index bytea,
  phone_index bytea,
  kana_index bytea,
  -- 名寄せ: who this turned out to be; always one who is not merged, so an old id is one step from the one that counts
  merged_into_id uuid,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT persons_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT persons_merged_into FOREIGN KEY (tenant_id, merged_into_id) REFERENCES patron.persons (tenant_id, id),
  CONSTRAINT persons_merged_elsewhere CHECK (merged_into_id <> id),
  CONSTRAINT persons_version CHECK (version >= 1)
);
CREATE INDEX persons_by_email ON patron.persons (tenant_id, email_index, id) WHERE email_index IS NOT NULL;
CREATE INDEX persons_by_phone ON patron.persons (tenant_id, phone_index, id) WHERE phone_index IS NOT NULL;
CREATE INDEX persons_by_kana ON patron.persons (tenant_id, kana_index, id) WHERE kana_index IS NOT NULL;
CREATE INDEX persons_merged ON patron.persons (tenant_id, merged_into_id) WHERE merged_into_id IS NOT NULL;
SELECT tenancy.protect('patron.persons', 'personal data', 'svc_core:SIU,svc_course:SIU');

-- Who acts for a person: the patron who is that person, and guardians.
CREATE TABLE patron.relationships (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  patron_id uuid NOT NULL,
  person_id uuid NOT NULL,
  kind text NOT NULL,
  created_at timestamptz NOT NULL,
  ended_at timestamptz,
  CONSTRAINT relationships_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT relationships_patron FOREIGN KEY (tenant_id, patron_id) REFERENCES patron.patrons (tenant_id, id),
  CONSTRAINT relationships_person FOREIGN KEY (tenant_id, person_id) REFERENCES patron.persons (tenant_id, id),
  CONSTRAINT relationships_kind CHECK (kind IN ('self', 'guardian_of'))
);
-- a patron is one person, and nobody acts twice for the same one
CREATE UNIQUE INDEX one_self_per_patron ON patron.relationships (tenant_id, patron_id) WHERE kind = 'self' AND ended_at IS NULL;
CREATE UNIQUE INDEX one_relationship_per_pair ON patron.relationships (tenant_id, person_id, patron_id) WHERE ended_at IS NULL;
CREATE INDEX relationships_of_patron ON patron.relationships (tenant_id, patron_id, id);
CREATE INDEX relationships_of_person ON patron.relationships (tenant_id, person_id, id);
SELECT tenancy.protect('patron.relationships', 'personal data', 'svc_core:SIU,svc_course:SIU,svc_venue:S,svc_ticket:S');

-- What is said of a person: claimed by whoever acts for them, verified by the staff. Rows are only closed, never rewritten,
-- except that a verification is added to a claim.
CREATE TABLE patron.person_facts (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  person_id uuid NOT NULL,
  kind text NOT NULL,
  -- the value: sealed
  personal bytea NOT NULL,
  -- civil days in Asia/Tokyo: since when it is so, and the first on which the verification does not count any more
  as_of date NOT NULL,
  expires_on date,
  claimed_at timestamptz NOT NULL,
  -- who on the staff has seen the paper
  verified_by text,
  verified_at timestamptz,
  -- replaced by a later one, or withdrawn
  closed_at timestamptz,
  CONSTRAINT person_facts_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT person_facts_person FOREIGN KEY (tenant_id, person_id) REFERENCES patron.persons (tenant_id, id),
  CONSTRAINT person_facts_kind CHECK (kind <> ''),
  CONSTRAINT person_facts_verification CHECK ((verified_at IS NULL) = (verified_by IS NULL) AND (verified_at IS NOT NULL OR expires_on IS NULL))
);
CREATE UNIQUE INDEX one_fact_of_a_kind ON patron.person_facts (tenant_id, person_id, kind) WHERE closed_at IS NULL;
CREATE INDEX person_facts_history ON patron.person_facts (tenant_id, person_id, id);
SELECT tenancy.protect('patron.person_facts', 'personal data', 'svc_core:SIU,svc_course:SIU');

-- 質問票
CREATE TABLE patron.forms (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  name_en text,
  -- the number of the newest version
  newest integer NOT NULL,
  retired_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL,
  CONSTRAINT forms_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT forms_code UNIQUE (tenant_id, code),
  CONSTRAINT forms_given CHECK (code <> '' AND name <> '' AND newest >= 1 AND version >= 1)
);
SELECT tenancy.protect('patron.forms', 'service data', 'svc_core:SIU,svc_course:S,svc_venue:S,svc_ticket:S');

-- Nobody may change a version: answers keep their meaning.
CREATE TABLE patron.form_versions (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  form_id uuid NOT NULL,
  number integer NOT NULL,
  -- patron::form::Question, in their order
  questions jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT form_versions_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT form_versions_form FOREIGN KEY (tenant_id, form_id) REFERENCES patron.forms (tenant_id, id),
  CONSTRAINT form_versions_number UNIQUE (tenant_id, form_id, number),
  CONSTRAINT form_versions_first CHECK (number >= 1)
);
SELECT tenancy.protect('patron.form_versions', 'service data', 'svc_core:SI,svc_course:S,svc_venue:S,svc_ticket:S');

-- 回答: what one subject (an application …) answered, for one person or for the party. Amending writes the next revision.
CREATE TABLE patron.answer_sets (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  form_version_id uuid NOT NULL,
  -- what it was asked for, in another schema: no foreign key
  subject_kind text NOT NULL,
  subject_id uuid NOT NULL,
  person_id uuid,
  revision integer NOT NULL,
  created_at timestamptz NOT NULL,
  superseded_at timestamptz,
  CONSTRAINT answer_sets_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT answer_sets_form_version FOREIGN KEY (tenant_id, form_version_id) REFERENCES patron.form_versions (tenant_id, id),
  CONSTRAINT answer_sets_person FOREIGN KEY (tenant_id, person_id) REFERENCES patron.persons (tenant_id, id),
  CONSTRAINT answer_sets_revision UNIQUE NULLS NOT DISTINCT (tenant_id, subject_id, subject_kind, person_id, revision),
  CONSTRAINT answer_sets_first CHECK (revision >= 1)
);
CREATE UNIQUE INDEX one_answer_per_subject ON patron.answer_sets (tenant_id, subject_id, subject_kind, person_id)
  NULLS NOT DISTINCT WHERE superseded_at IS NULL;
CREATE INDEX answer_sets_of_form ON patron.answer_sets (tenant_id, form_version_id);
CREATE INDEX answer_sets_of_person ON patron.answer_sets (tenant_id, person_id, id) WHERE person_id IS NOT NULL;
SELECT tenancy.protect('patron.answer_sets', 'personal data', 'svc_core:SIU,svc_course:SIU,svc_venue:SIU,svc_ticket:SIU');

-- One row for each answer, so that one can be forgotten before the others.
CREATE TABLE patron.answers (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  answer_set_id uuid NOT NULL,
  -- question and answer: sealed
  personal bytea NOT NULL,
  -- the first civil day in Asia/Tokyo on which it is forgotten
  forget_on date,
  CONSTRAINT answers_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT answers_set FOREIGN KEY (tenant_id, answer_set_id) REFERENCES patron.answer_sets (tenant_id, id)
);
CREATE INDEX answers_of_set ON patron.answers (tenant_id, answer_set_id, id);
CREATE INDEX answers_by_age ON patron.answers (tenant_id, forget_on) WHERE forget_on IS NOT NULL;
SELECT tenancy.protect('patron.answers', 'personal data', 'svc_core:SID,svc_course:SI,svc_venue:SI,svc_ticket:SI');
