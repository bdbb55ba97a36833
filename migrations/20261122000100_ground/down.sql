DROP TABLE tenancy.idempotency_keys;
DROP FUNCTION tenancy.protect(regclass, text, text);
DROP FUNCTION tenancy.current_tenant();
