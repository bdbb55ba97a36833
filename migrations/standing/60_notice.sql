-- The one thing that is asked across tenants: who has mail to be delivered. It shows ids of tenants, nothing else.
GRANT USAGE ON SCHEMA notice TO itsudemo_app, itsudemo_resolver;
GRANT SELECT (tenant_id, state, next_attempt_at) ON notice.messages TO itsudemo_resolver;
DROP POLICY IF EXISTS due_mail ON notice.messages;
CREATE POLICY due_mail ON notice.messages FOR SELECT TO itsudemo_resolver USING (state = 'queued');

CREATE OR REPLACE FUNCTION notice.tenants_with_due_mail(at timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT DISTINCT tenant_id FROM notice.messages WHERE state = 'queued' AND next_attempt_at <= at;
END;
-- a new owner must be able to create in the schema, for this one moment
GRANT CREATE ON SCHEMA notice TO itsudemo_resolver;
ALTER FUNCTION notice.tenants_with_due_mail(timestamptz) OWNER TO itsudemo_resolver;
REVOKE CREATE ON SCHEMA notice FROM itsudemo_resolver;
REVOKE ALL ON FUNCTION notice.tenants_with_due_mail(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION notice.tenants_with_due_mail(timestamptz) TO itsudemo_app;
