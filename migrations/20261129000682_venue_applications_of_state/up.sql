-- 審査待ち: what waits for somebody at a facility, oldest first.
CREATE INDEX hire_applications_of_state ON venue.hire_applications (tenant_id, facility_id, state, id);
