-- The one thing that is asked across tenants: who has persons that are not in the index yet. It shows ids of tenants, nothing else.
GRANT USAGE ON SCHEMA patron TO itsudemo_app, itsudemo_resolver;
GRANT SELECT (tenant_id, unindexed) ON patron.persons TO itsudemo_resolver;
DROP POLICY IF EXISTS unindexed ON patron.persons;
CREATE POLICY unindexed ON patron.persons FOR SELECT TO itsudemo_resolver USING (unindexed);

CREATE OR REPLACE FUNCTION patron.tenants_with_unindexed() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT DISTINCT tenant_id FROM patron.persons WHERE unindexed;
END;
-- a new owner must be able to create in the schema, for this one moment
GRANT CREATE ON SCHEMA patron TO itsudemo_resolver;
ALTER FUNCTION patron.tenants_with_unindexed() OWNER TO itsudemo_resolver;
REVOKE CREATE ON SCHEMA patron FROM itsudemo_resolver;
REVOKE ALL ON FUNCTION patron.tenants_with_unindexed() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION patron.tenants_with_unindexed() TO itsudemo_app;
