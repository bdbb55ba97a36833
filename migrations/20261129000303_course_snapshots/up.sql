-- What a party was judged by is personal: from here on it is sealed under the tenant's key. The tier and the households, which say
-- nothing of a person, go over; what stood in clear is dropped, because no key is at hand while a schema changes, and nobody has
-- applied in earnest yet.
ALTER TABLE course.applications
  -- the rank in a draw, from 0
  ADD COLUMN tier integer NOT NULL DEFAULT 0,
  -- the staff has to see a paper of somebody, or whether somebody has applied already
  ADD COLUMN to_verify boolean NOT NULL DEFAULT false,
  -- course::application::Snapshot, sealed
  ADD COLUMN snapshot bytea,
  ADD CONSTRAINT applications_tier CHECK (tier >= 0);
UPDATE course.applications SET
  tier = coalesce((facts ->> 'tier')::integer, 0),
  to_verify = facts @? '$.people[*].findings[*] ? (@.effect == "verify")';

-- 世帯: of which households an application is, where a class limits what a household applies for
CREATE TABLE course.application_households (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  household_id uuid NOT NULL,
  application_id uuid NOT NULL,
  CONSTRAINT application_households_pkey PRIMARY KEY (tenant_id, household_id, application_id),
  CONSTRAINT application_households_application FOREIGN KEY (tenant_id, application_id) REFERENCES course.applications (tenant_id, id)
);
CREATE INDEX application_households_of ON course.application_households (tenant_id, application_id);
SELECT tenancy.protect('course.application_households', 'applications', 'svc_course:SI');
INSERT INTO course.application_households (tenant_id, household_id, application_id)
  SELECT DISTINCT a.tenant_id, h.id::uuid, a.id FROM course.applications AS a
  CROSS JOIN jsonb_array_elements_text(coalesce(a.facts -> 'households', '[]')) AS h (id);

ALTER TABLE course.applications DROP COLUMN facts;
CREATE INDEX applications_to_verify ON course.applications (tenant_id, class_id, id) WHERE to_verify;
