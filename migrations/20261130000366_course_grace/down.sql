DROP FUNCTION IF EXISTS course.tenants_with_due(timestamptz);
DROP FUNCTION IF EXISTS course.free_for_newcomer(uuid, uuid, timestamptz);
ALTER TABLE course.applications DROP COLUMN kept_until;
ALTER TABLE course.classes DROP CONSTRAINT classes_grace, DROP COLUMN payment_grace_days;
