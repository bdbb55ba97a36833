-- What every tenant table stands on.

-- The tenant of this transaction; NULL outside of one. The setting reads '' after its first SET LOCAL, hence nullif.
CREATE FUNCTION tenancy.current_tenant() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.tenant_id', true), '')::uuid;

-- Puts a table behind the wall: row level security enabled and forced, one policy, an asset class (white paper 4.2), grants.
-- `grants` reads 'svc_ticket:SIUD,svc_core:S' (Select, Insert, Update, Delete).
CREATE FUNCTION tenancy.protect(target regclass, asset_class text, grants text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  entry text;
  letter text;
BEGIN
  IF asset_class NOT IN ('contract', 'service data', 'personal data', 'applications', 'records') THEN
    RAISE EXCEPTION 'unknown asset class %', asset_class;
  END IF;
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format(
    'CREATE POLICY tenant ON %s USING (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid) '
    'WITH CHECK (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')::uuid)', target);
  EXECUTE format('COMMENT ON TABLE %s IS %L', target, 'asset class: ' || asset_class);
  FOREACH entry IN ARRAY string_to_array(grants, ',') LOOP
    FOREACH letter IN ARRAY string_to_array(split_part(entry, ':', 2), NULL) LOOP
      EXECUTE format('GRANT %s ON %s TO %I',
        CASE letter WHEN 'S' THEN 'SELECT' WHEN 'I' THEN 'INSERT' WHEN 'U' THEN 'UPDATE' WHEN 'D' THEN 'DELETE' END,
        target, trim(split_part(entry, ':', 1)));
    END LOOP;
  END LOOP;
END $$;

-- Outcomes of keyed requests, kept 72 hours.
CREATE TABLE tenancy.idempotency_keys (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  scope text NOT NULL,
  key text NOT NULL,
  fingerprint bytea NOT NULL,
  status smallint NOT NULL,
  location text,
  etag text,
  body text NOT NULL,
  request_id text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (tenant_id, scope, key)
);
CREATE INDEX idempotency_keys_age ON tenancy.idempotency_keys (tenant_id, created_at);
SELECT tenancy.protect('tenancy.idempotency_keys', 'records',
  'svc_core:SID,svc_ticket:SID,svc_venue:SID,svc_course:SID,svc_operator:SI');
