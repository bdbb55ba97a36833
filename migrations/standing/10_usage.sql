-- Who may enter which schema. A service sees its own and what the services share, never another service's.
GRANT USAGE ON SCHEMA tenancy, audit TO itsudemo_app, svc_core, svc_ticket, svc_venue, svc_course, svc_operator, svc_sealer;
GRANT USAGE ON SCHEMA patron, billing, notice TO svc_core, svc_ticket, svc_venue, svc_course, svc_operator;
GRANT USAGE ON SCHEMA ticket TO svc_ticket;
-- a course session claims a room through the verbs of venue
GRANT USAGE ON SCHEMA venue TO svc_venue, svc_course;
GRANT USAGE ON SCHEMA course TO svc_course;
GRANT EXECUTE ON FUNCTION tenancy.current_tenant() TO svc_core, svc_ticket, svc_venue, svc_course, svc_operator, svc_sealer;
