-- Which journals have rows to seal, or sealed rows that have waited ten minutes for a signature.
-- The outbox is read by skipping from tenant to tenant along its key, not row by row.
CREATE OR REPLACE FUNCTION audit.journals_with_work(as_of timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE waiting AS (
    (SELECT o.tenant_id FROM audit.outbox AS o ORDER BY o.tenant_id LIMIT 1)
    UNION ALL
    SELECT (SELECT o.tenant_id FROM audit.outbox AS o WHERE o.tenant_id > w.tenant_id ORDER BY o.tenant_id LIMIT 1)
    FROM waiting AS w WHERE w.tenant_id IS NOT NULL)
  SELECT w.tenant_id FROM waiting AS w WHERE w.tenant_id IS NOT NULL
  UNION
  SELECT h.tenant_id FROM audit.tree_heads AS h WHERE h.size > h.signed_size AND h.signed_at <= as_of - interval '10 minutes'
$$;

-- Every journal there is, for verifying them all.
CREATE OR REPLACE FUNCTION audit.journals() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT h.tenant_id FROM audit.tree_heads AS h ORDER BY h.tenant_id
$$;

GRANT USAGE, CREATE ON SCHEMA audit TO itsudemo_resolver;
ALTER FUNCTION audit.journals_with_work(timestamptz) OWNER TO itsudemo_resolver;
ALTER FUNCTION audit.journals() OWNER TO itsudemo_resolver;
REVOKE CREATE ON SCHEMA audit FROM itsudemo_resolver;
REVOKE ALL ON FUNCTION audit.journals_with_work(timestamptz), audit.journals() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.journals_with_work(timestamptz), audit.journals() TO itsudemo_app, svc_sealer;
