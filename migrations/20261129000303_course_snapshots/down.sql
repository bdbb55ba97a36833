ALTER TABLE course.applications ADD COLUMN facts jsonb NOT NULL DEFAULT '{}';
UPDATE course.applications AS a SET facts = jsonb_build_object('tier', a.tier, 'households',
  (SELECT coalesce(jsonb_agg(h.household_id), '[]') FROM course.application_households AS h
   WHERE h.tenant_id = a.tenant_id AND h.application_id = a.id));
ALTER TABLE course.applications ALTER COLUMN facts DROP DEFAULT;
DROP TABLE course.application_households;
DROP INDEX course.applications_to_verify;
ALTER TABLE course.applications
  DROP CONSTRAINT applications_tier,
  DROP COLUMN snapshot,
  DROP COLUMN to_verify,
  DROP COLUMN tier;
