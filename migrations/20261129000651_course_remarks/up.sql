-- What somebody wrote in their own words may tell of a person: from here on it is sealed under the key of the tenant. What stood in
-- clear is dropped, because no key is at hand while a schema changes, and nobody has applied in earnest yet; so a row from before may
-- have no reason where one is required from now on.
ALTER TABLE course.honoraria DROP CONSTRAINT honoraria_voided;
ALTER TABLE course.certificates DROP CONSTRAINT certificates_revoked;
ALTER TABLE course.run_decisions DROP CONSTRAINT run_decisions_short;
ALTER TABLE course.applications ALTER COLUMN reason TYPE bytea USING NULL;
ALTER TABLE course.application_events ALTER COLUMN reason TYPE bytea USING NULL;
ALTER TABLE course.attendance ALTER COLUMN note TYPE bytea USING NULL;
ALTER TABLE course.honoraria ALTER COLUMN reason TYPE bytea USING NULL;
ALTER TABLE course.certificates ALTER COLUMN reason TYPE bytea USING NULL;
ALTER TABLE course.run_decisions ALTER COLUMN reason TYPE bytea USING NULL;
ALTER TABLE course.honoraria
  ADD CONSTRAINT honoraria_voided CHECK (state <> 'voided' OR reason IS NOT NULL) NOT VALID;
ALTER TABLE course.certificates
  ADD CONSTRAINT certificates_revoked CHECK (revoked_at IS NULL OR reason IS NOT NULL) NOT VALID;
ALTER TABLE course.run_decisions
  ADD CONSTRAINT run_decisions_short CHECK (minimum IS NULL OR admitted >= minimum OR reason IS NOT NULL) NOT VALID;

-- why the staff rejects whom it rejects stood among its choices
ALTER TABLE course.screenings ADD COLUMN reason bytea;
ALTER TABLE course.screenings NO FORCE ROW LEVEL SECURITY;
UPDATE course.screenings SET choices = choices - 'reason';
ALTER TABLE course.screenings FORCE ROW LEVEL SECURITY;

-- of a household of which nobody is left in an application, nothing is kept
GRANT DELETE ON course.application_households TO svc_course;
