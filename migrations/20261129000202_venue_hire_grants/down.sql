DROP FUNCTION IF EXISTS venue.tenants_with_unpaid_applications(timestamptz);
REVOKE UPDATE (published_at, effective_until) ON venue.tariff_versions FROM svc_venue;
REVOKE UPDATE (revoked_at) ON venue.permits FROM svc_venue;
GRANT UPDATE ON venue.tariff_versions, venue.permits, venue.hire_quotes TO svc_venue;
