DELETE FROM tenancy.idempotency_keys;
ALTER TABLE tenancy.idempotency_keys DROP COLUMN sealed, ADD COLUMN body text NOT NULL;
