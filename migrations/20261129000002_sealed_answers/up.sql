-- Answers kept for retries are sealed under the tenant's key, as everything is that names a person or opens a thing. Those kept
-- in clear cannot be sealed here, where no key is, and are forgotten: it is before the first real sale.

-- the owner sees rows of no tenant, and these are everybody's
ALTER TABLE tenancy.idempotency_keys NO FORCE ROW LEVEL SECURITY;
DELETE FROM tenancy.idempotency_keys;
ALTER TABLE tenancy.idempotency_keys FORCE ROW LEVEL SECURITY;
ALTER TABLE tenancy.idempotency_keys DROP COLUMN body, ADD COLUMN sealed bytea NOT NULL;
