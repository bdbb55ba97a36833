DROP FUNCTION IF EXISTS venue.tenants_with_late_applications(timestamptz);
DROP INDEX venue.hire_applications_waiting;
ALTER TABLE venue.hire_applications DROP CONSTRAINT hire_applications_open, DROP COLUMN open_until;
