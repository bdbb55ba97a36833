-- Until when what is asked for waits to be decided, or what is returned to be mended. What is over then lapses, as what is not paid.
DROP FUNCTION IF EXISTS venue.tenants_with_unpaid_applications(timestamptz);
ALTER TABLE venue.hire_applications ADD COLUMN open_until timestamptz;
-- the owner sees rows of no tenant, and these are everybody's
ALTER TABLE venue.hires NO FORCE ROW LEVEL SECURITY;
ALTER TABLE venue.hire_applications NO FORCE ROW LEVEL SECURITY;
UPDATE venue.hire_applications AS a SET open_until =
    coalesce((SELECT min(h.starts_at) FROM venue.hires AS h WHERE h.tenant_id = a.tenant_id AND h.application_id = a.id), a.updated_at)
  WHERE a.state IN ('requested', 'returned');
ALTER TABLE venue.hire_applications FORCE ROW LEVEL SECURITY;
ALTER TABLE venue.hires FORCE ROW LEVEL SECURITY;
ALTER TABLE venue.hire_applications ADD CONSTRAINT hire_applications_open
  CHECK (state NOT IN ('requested', 'returned') OR open_until IS NOT NULL);
CREATE INDEX hire_applications_waiting ON venue.hire_applications (tenant_id, open_until) WHERE state IN ('requested', 'returned');
