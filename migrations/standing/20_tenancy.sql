-- What may be seen of credentials and passwords, and the few functions that look across tenants for one thing only.

-- Hashes are written, never read: not by a service, not by an operator.
REVOKE ALL ON tenancy.credentials, tenancy.staff_passwords, tenancy.operators, tenancy.sign_in_attempts
  FROM svc_core, svc_operator, itsudemo_resolver;
GRANT INSERT ON tenancy.credentials TO svc_core, svc_operator;
GRANT SELECT (tenant_id, id, kind, principal_id, name, hint, scopes, origins, created_at, created_by, expires_at,
  idle_seconds, last_used_at, revoked_at, replaced_by) ON tenancy.credentials TO svc_core, svc_operator;
GRANT UPDATE (name, scopes, origins, expires_at, revoked_at, replaced_by) ON tenancy.credentials TO svc_core, svc_operator;
GRANT INSERT ON tenancy.staff_passwords TO svc_core, svc_operator;
GRANT SELECT (tenant_id, staff_id, one_time_until, set_at) ON tenancy.staff_passwords TO svc_core, svc_operator;
GRANT UPDATE (hash, one_time_until, set_at) ON tenancy.staff_passwords TO svc_core, svc_operator;
GRANT INSERT ON tenancy.operators TO svc_operator;
GRANT SELECT (id, login_id, name, created_at, disabled_at) ON tenancy.operators TO svc_operator;
GRANT UPDATE (name, hash, disabled_at) ON tenancy.operators TO svc_operator;

-- Operators keep the register of tenants; inside one tenant they work with the tenant set, like everybody.
DO $$
DECLARE
  target text;
BEGIN
  FOREACH target IN ARRAY ARRAY['tenants', 'contracts', 'subscriptions'] LOOP
    EXECUTE format('DROP POLICY IF EXISTS operator ON tenancy.%I', target);
    EXECUTE format('CREATE POLICY operator ON tenancy.%I TO svc_operator USING (true) WITH CHECK (true)', target);
  END LOOP;
END $$;
DROP POLICY IF EXISTS operator ON tenancy.credentials;
CREATE POLICY operator ON tenancy.credentials TO svc_operator USING (tenant_id IS NULL) WITH CHECK (tenant_id IS NULL);

-- The resolver owns these functions and nothing else; it cannot log in.
GRANT USAGE, CREATE ON SCHEMA tenancy TO itsudemo_resolver;
GRANT SELECT ON tenancy.credentials, tenancy.tenants, tenancy.contracts, tenancy.subscriptions, tenancy.roster_members,
  tenancy.staff, tenancy.staff_roles, tenancy.staff_passwords, tenancy.operators TO itsudemo_resolver;
GRANT UPDATE (last_used_at), DELETE ON tenancy.credentials TO itsudemo_resolver;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenancy.sign_in_attempts TO itsudemo_resolver;
DO $$
DECLARE
  target text;
BEGIN
  FOREACH target IN ARRAY ARRAY['credentials', 'tenants', 'contracts', 'subscriptions', 'roster_members', 'staff',
                                'staff_roles', 'staff_passwords'] LOOP
    EXECUTE format('DROP POLICY IF EXISTS resolver ON tenancy.%I', target);
    EXECUTE format('CREATE POLICY resolver ON tenancy.%I FOR SELECT TO itsudemo_resolver USING (true)', target);
  END LOOP;
END $$;
DROP POLICY IF EXISTS resolver_forget ON tenancy.credentials;
CREATE POLICY resolver_forget ON tenancy.credentials FOR DELETE TO itsudemo_resolver
  USING (kind IN ('staff', 'patron', 'operator'));
DROP POLICY IF EXISTS resolver_touch ON tenancy.credentials;
CREATE POLICY resolver_touch ON tenancy.credentials FOR UPDATE TO itsudemo_resolver USING (true) WITH CHECK (true);

-- Who shows this credential, in which tenant, with which rights, at this moment. `kind` is NULL when nobody does.
-- Every request passes here, so: plpgsql keeps its plans for the session, each step touches no more tables than this kind of
-- credential needs, and one row comes back without a detour over a set (about 50 µs together, measured; one joined query: 90).
DROP FUNCTION IF EXISTS tenancy.resolve_credential(bytea, timestamptz);
CREATE FUNCTION tenancy.resolve_credential(shown bytea, at timestamptz,
  OUT kind text, OUT id uuid, OUT principal_id uuid, OUT tenant_id uuid, OUT sandbox_of uuid, OUT sandbox_id uuid,
  OUT scopes text[], OUT origins text[], OUT expires_at timestamptz, OUT revoked_at timestamptz, OUT idle_seconds integer,
  OUT last_used_at timestamptz, OUT starts_on date, OUT ends_on date, OUT flags text[], OUT services text[], OUT roles text[],
  OUT disabled boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  today date := (at AT TIME ZONE 'Asia/Tokyo')::date;
  holder uuid;
  terms_of uuid;
BEGIN
  SELECT c.kind, c.id, c.principal_id, c.tenant_id, c.scopes, c.origins, c.expires_at, c.revoked_at, c.idle_seconds, c.last_used_at
  INTO kind, id, principal_id, tenant_id, scopes, origins, expires_at, revoked_at, idle_seconds, last_used_at
  FROM tenancy.credentials AS c WHERE c.hash = shown AND c.kind NOT IN ('staff_login', 'operator_login');
  IF kind IS NULL THEN
    RETURN;
  END IF;
  holder := tenant_id;
  flags := '{}';
  services := '{}';
  roles := '{}';
  disabled := false;
  IF kind = 'operator' THEN
    disabled := NOT EXISTS (SELECT FROM tenancy.operators AS o WHERE o.id = principal_id AND o.disabled_at IS NULL);
    RETURN;
  END IF;
  SELECT t.sandbox_of, t.sandbox_id INTO sandbox_of, sandbox_id FROM tenancy.tenants AS t WHERE t.tenant_id = holder;
  terms_of := coalesce(sandbox_of, holder);
  SELECT v.starts_on, v.ends_on, v.flags INTO starts_on, ends_on, flags FROM tenancy.contracts AS v
  WHERE v.tenant_id = terms_of ORDER BY v.version DESC LIMIT 1;
  flags := coalesce(flags, '{}');
  services := ARRAY(SELECT s.service FROM tenancy.subscriptions AS s
    WHERE s.tenant_id = terms_of AND s.starts_on <= today AND today <= s.ends_on);
  IF kind = 'staff' THEN
    roles := ARRAY(SELECT r.service || ':' || r.role FROM tenancy.staff_roles AS r
      WHERE r.tenant_id = holder AND r.staff_id = principal_id);
    disabled := NOT EXISTS (
      SELECT FROM tenancy.staff AS p
      JOIN tenancy.roster_members AS m ON m.tenant_id = p.tenant_id AND m.id = p.roster_member_id
      WHERE p.tenant_id = holder AND p.id = principal_id AND p.disabled_at IS NULL AND m.removed_at IS NULL);
  END IF;
END $$;

-- Notes the use of a credential, at most once a minute; a crash may forget it.
DROP FUNCTION IF EXISTS tenancy.touch_credential(bytea, timestamptz);
CREATE FUNCTION tenancy.touch_credential(shown bytea, at timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  UPDATE tenancy.credentials AS c SET last_used_at = at
  WHERE c.hash = shown AND (c.last_used_at IS NULL OR c.last_used_at <= at - interval '1 minute');
  RETURN FOUND;
END $$;

-- One attempt to sign in: counted before the password is looked at, so that parallel guesses gain nothing. While the delay
-- after the last failures lasts, `attempt` is 0 and nothing is counted. A claim that nobody has gets the same treatment.
DROP FUNCTION IF EXISTS tenancy.attempt_sign_in(bytea, timestamptz, integer[]);
CREATE FUNCTION tenancy.attempt_sign_in(claimed bytea, at timestamptz, delays integer[]) RETURNS TABLE (
  attempt integer, failures integer, last_at timestamptz,
  kind text, tenant_id uuid, principal_id uuid, hash text, one_time_until timestamptz, disabled boolean,
  starts_on date, ends_on date, tenant_name text, set_at timestamptz)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
  before record;
  now_counted integer := 0;
BEGIN
  INSERT INTO tenancy.sign_in_attempts AS a (login_hash, failures, last_at) VALUES (claimed, 0, at)
  ON CONFLICT (login_hash) DO NOTHING;
  SELECT a.failures, a.last_at INTO before FROM tenancy.sign_in_attempts AS a WHERE a.login_hash = claimed FOR UPDATE;
  IF before.failures < cardinality(delays)
    AND (delays[before.failures + 1] = 0
      OR at >= before.last_at + make_interval(secs => delays[before.failures + 1])) THEN
    UPDATE tenancy.sign_in_attempts AS a SET failures = a.failures + 1, last_at = at WHERE a.login_hash = claimed
    RETURNING a.failures INTO now_counted;
  END IF;
  RETURN QUERY
  SELECT now_counted, before.failures, before.last_at,
    c.kind, c.tenant_id, c.principal_id, coalesce(w.hash, o.hash), w.one_time_until,
    coalesce(p.disabled_at IS NOT NULL OR m.removed_at IS NOT NULL, o.disabled_at IS NOT NULL, false),
    k.starts_on, k.ends_on, t.name, w.set_at
  FROM (SELECT) AS one
  LEFT JOIN tenancy.credentials AS c
    ON c.hash = claimed AND c.kind IN ('staff_login', 'operator_login') AND c.revoked_at IS NULL
  LEFT JOIN tenancy.staff AS p ON c.kind = 'staff_login' AND p.tenant_id = c.tenant_id AND p.id = c.principal_id
  LEFT JOIN tenancy.roster_members AS m ON m.tenant_id = p.tenant_id AND m.id = p.roster_member_id
  LEFT JOIN tenancy.staff_passwords AS w ON w.tenant_id = p.tenant_id AND w.staff_id = p.id
  LEFT JOIN tenancy.operators AS o ON c.kind = 'operator_login' AND o.id = c.principal_id
  LEFT JOIN tenancy.tenants AS t ON t.tenant_id = c.tenant_id
  LEFT JOIN LATERAL (
    SELECT v.starts_on, v.ends_on FROM tenancy.contracts AS v
    WHERE v.tenant_id = c.tenant_id ORDER BY v.version DESC LIMIT 1) AS k ON true;
END $$;

-- After a success the count starts anew; an attempt that we were too busy to judge does not count.
DROP FUNCTION IF EXISTS tenancy.settle_sign_in(bytea, boolean);
CREATE FUNCTION tenancy.settle_sign_in(claimed bytea, succeeded boolean) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE tenancy.sign_in_attempts AS a
  SET failures = CASE WHEN succeeded THEN 0 ELSE greatest(a.failures - 1, 0) END WHERE a.login_hash = claimed;
  RETURN FOUND;
END $$;

-- Forgets claims that nobody has repeated since.
DROP FUNCTION IF EXISTS tenancy.forget_sign_in_attempts(timestamptz);
CREATE FUNCTION tenancy.forget_sign_in_attempts(since timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  forgotten bigint;
BEGIN
  DELETE FROM tenancy.sign_in_attempts AS a WHERE a.last_at < since AND a.failures < 100;
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  RETURN forgotten;
END $$;

-- Forgets sessions that ended long ago. Keys stay: their history belongs to the tenant.
DROP FUNCTION IF EXISTS tenancy.forget_sessions(timestamptz);
CREATE FUNCTION tenancy.forget_sessions(since timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  forgotten bigint;
BEGIN
  DELETE FROM tenancy.credentials AS c WHERE c.kind IN ('staff', 'patron', 'operator') AND c.expires_at < since;
  GET DIAGNOSTICS forgotten = ROW_COUNT;
  RETURN forgotten;
END $$;

ALTER FUNCTION tenancy.resolve_credential(bytea, timestamptz) OWNER TO itsudemo_resolver;
ALTER FUNCTION tenancy.touch_credential(bytea, timestamptz) OWNER TO itsudemo_resolver;
ALTER FUNCTION tenancy.attempt_sign_in(bytea, timestamptz, integer[]) OWNER TO itsudemo_resolver;
ALTER FUNCTION tenancy.settle_sign_in(bytea, boolean) OWNER TO itsudemo_resolver;
ALTER FUNCTION tenancy.forget_sign_in_attempts(timestamptz) OWNER TO itsudemo_resolver;
ALTER FUNCTION tenancy.forget_sessions(timestamptz) OWNER TO itsudemo_resolver;
REVOKE CREATE ON SCHEMA tenancy FROM itsudemo_resolver;

GRANT EXECUTE ON FUNCTION tenancy.resolve_credential(bytea, timestamptz), tenancy.touch_credential(bytea, timestamptz),
  tenancy.attempt_sign_in(bytea, timestamptz, integer[]), tenancy.settle_sign_in(bytea, boolean),
  tenancy.forget_sign_in_attempts(timestamptz), tenancy.forget_sessions(timestamptz) TO itsudemo_app;
GRANT EXECUTE ON FUNCTION tenancy.settle_sign_in(bytea, boolean) TO svc_core, svc_operator;
