-- The one thing that is asked across tenants: who has open bills whose time is over. It shows ids of tenants, nothing else.
GRANT USAGE ON SCHEMA billing TO itsudemo_app, itsudemo_resolver;
GRANT SELECT (tenant_id, state, paid, due_at, stands, open_until) ON billing.bills TO itsudemo_resolver;
DROP POLICY IF EXISTS overdue ON billing.bills;
CREATE POLICY overdue ON billing.bills FOR SELECT TO itsudemo_resolver
  USING (state = 'open' AND due_at IS NOT NULL);

CREATE OR REPLACE FUNCTION billing.tenants_with_overdue_bills(at timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT DISTINCT tenant_id FROM billing.bills WHERE state = 'open' AND NOT stands AND due_at IS NOT NULL AND due_at <= at
    AND coalesce(open_until <= at, true);
END;
-- a new owner must be able to create in the schema, for this one moment
GRANT CREATE ON SCHEMA billing TO itsudemo_resolver;
ALTER FUNCTION billing.tenants_with_overdue_bills(timestamptz) OWNER TO itsudemo_resolver;
REVOKE CREATE ON SCHEMA billing FROM itsudemo_resolver;
REVOKE ALL ON FUNCTION billing.tenants_with_overdue_bills(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION billing.tenants_with_overdue_bills(timestamptz) TO itsudemo_app;
