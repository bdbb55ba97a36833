-- What was published, quoted or permitted is never rewritten: a version is published and ends, a permit is revoked, a quote stays.
REVOKE UPDATE ON venue.tariff_versions, venue.permits, venue.hire_quotes FROM svc_venue;
GRANT UPDATE (published_at, effective_until) ON venue.tariff_versions TO svc_venue;
GRANT UPDATE (revoked_at) ON venue.permits TO svc_venue;
