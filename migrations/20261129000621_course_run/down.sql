DROP FUNCTION IF EXISTS course.tenants_with_due(timestamptz);
DROP FUNCTION IF EXISTS course.is_over(uuid, uuid, timestamptz);
DROP FUNCTION IF EXISTS course.falls_short(uuid, uuid, integer, text);
DROP FUNCTION IF EXISTS course.decided_by(uuid, uuid, date);
DROP FUNCTION IF EXISTS course.admitted(uuid, uuid);
DROP INDEX course.sessions_to_come;
DROP INDEX course.sessions_held;
DROP INDEX course.classes_published;
DROP TABLE course.run_decisions;
