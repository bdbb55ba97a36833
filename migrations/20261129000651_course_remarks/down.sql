-- it reads what the migrations before made
DROP FUNCTION IF EXISTS course.free_for_newcomer(uuid, uuid, timestamptz);
REVOKE DELETE ON course.application_households FROM svc_course;
ALTER TABLE course.screenings DROP COLUMN reason;
ALTER TABLE course.honoraria DROP CONSTRAINT honoraria_voided;
ALTER TABLE course.certificates DROP CONSTRAINT certificates_revoked;
ALTER TABLE course.run_decisions DROP CONSTRAINT run_decisions_short;
ALTER TABLE course.applications ALTER COLUMN reason TYPE text USING NULL;
ALTER TABLE course.application_events ALTER COLUMN reason TYPE text USING NULL;
ALTER TABLE course.attendance ALTER COLUMN note TYPE text USING NULL;
ALTER TABLE course.honoraria ALTER COLUMN reason TYPE text USING NULL;
ALTER TABLE course.certificates ALTER COLUMN reason TYPE text USING NULL;
ALTER TABLE course.run_decisions ALTER COLUMN reason TYPE text USING NULL;
ALTER TABLE course.honoraria ADD CONSTRAINT honoraria_voided CHECK (state <> 'voided' OR reason <> '') NOT VALID;
ALTER TABLE course.certificates ADD CONSTRAINT certificates_revoked CHECK (revoked_at IS NULL OR reason <> '') NOT VALID;
ALTER TABLE course.run_decisions
  ADD CONSTRAINT run_decisions_short CHECK (minimum IS NULL OR admitted >= minimum OR coalesce(reason, '') <> '') NOT VALID;
