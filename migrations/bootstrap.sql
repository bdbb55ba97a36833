-- Run by the administrator before anything else: the roles and the schemas. Every line may be run again.
-- LOGIN roles, because a cluster's coordinator connects to its workers as the role of the transaction.
DO $$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN
    SELECT * FROM (VALUES
      ('itsudemo_owner', 'NOLOGIN'),      -- owns everything, runs nothing
      ('itsudemo_app', 'LOGIN NOINHERIT'), -- the pool's user: may become a service, can read next to nothing itself
      ('itsudemo_resolver', 'NOLOGIN'),   -- owns the functions that look across tenants for one thing only
      ('svc_core', 'LOGIN'), ('svc_ticket', 'LOGIN'), ('svc_venue', 'LOGIN'), ('svc_course', 'LOGIN'),
      ('svc_operator', 'LOGIN'), ('svc_sealer', 'LOGIN')) AS r (name, options)
  LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted.name) THEN
      EXECUTE format('CREATE ROLE %I %s NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION', wanted.name, wanted.options);
    END IF;
  END LOOP;
END $$;

GRANT svc_core, svc_ticket, svc_venue, svc_course, svc_operator, svc_sealer TO itsudemo_app;
GRANT itsudemo_owner, itsudemo_resolver TO CURRENT_USER;
GRANT itsudemo_resolver TO itsudemo_owner;

CREATE EXTENSION IF NOT EXISTS btree_gist;

DO $$
DECLARE
  name text;
BEGIN
  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO itsudemo_app, svc_core, svc_ticket, svc_venue, svc_course, svc_operator, svc_sealer',
                 current_database());
  REVOKE ALL ON SCHEMA public FROM PUBLIC;
  GRANT USAGE ON SCHEMA public TO itsudemo_owner;
  FOREACH name IN ARRAY ARRAY['tenancy', 'patron', 'billing', 'notice', 'audit', 'ticket', 'venue', 'course'] LOOP
    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I AUTHORIZATION itsudemo_owner', name);
  END LOOP;
END $$;

-- nothing of ours is for everybody; functions would be by default
ALTER DEFAULT PRIVILEGES FOR ROLE itsudemo_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE itsudemo_resolver REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
