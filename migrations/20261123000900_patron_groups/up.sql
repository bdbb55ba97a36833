-- 団体: a patron that is no person. Who belongs to it is a roster of persons; those who act for it hire in its name.
ALTER TABLE patron.patrons DROP CONSTRAINT patrons_kind;
ALTER TABLE patron.patrons ADD CONSTRAINT patrons_kind CHECK (kind IN ('guest', 'registered', 'group'));

CREATE TABLE patron.group_members (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  group_id uuid NOT NULL,
  person_id uuid NOT NULL,
  -- 代表者, 連絡担当者, 構成員
  role text NOT NULL,
  -- the patron who is this person acts for the group
  acts boolean NOT NULL,
  created_at timestamptz NOT NULL,
  ended_at timestamptz,
  CONSTRAINT group_members_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT group_members_group FOREIGN KEY (tenant_id, group_id) REFERENCES patron.patrons (tenant_id, id),
  CONSTRAINT group_members_person FOREIGN KEY (tenant_id, person_id) REFERENCES patron.persons (tenant_id, id),
  CONSTRAINT group_members_role CHECK (role IN ('representative', 'contact', 'member'))
);
-- nobody is on a roster twice, and a group has one representative
CREATE UNIQUE INDEX one_membership_per_person ON patron.group_members (tenant_id, group_id, person_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX one_representative_per_group ON patron.group_members (tenant_id, group_id)
  WHERE role = 'representative' AND ended_at IS NULL;
CREATE INDEX group_members_of_group ON patron.group_members (tenant_id, group_id, id);
CREATE INDEX group_members_of_person ON patron.group_members (tenant_id, person_id, id);
SELECT tenancy.protect('patron.group_members', 'personal data', 'svc_core:SIU,svc_venue:S,svc_ticket:S,svc_course:SU');
