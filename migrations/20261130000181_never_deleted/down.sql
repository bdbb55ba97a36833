GRANT DELETE ON course.application_windows, course.fees TO svc_course;
GRANT DELETE ON venue.holidays, venue.room_atoms TO svc_venue;
GRANT DELETE ON ticket.seats TO svc_ticket;
GRANT DELETE ON patron.passwords TO svc_core;
GRANT DELETE ON tenancy.idempotency_keys TO svc_ticket, svc_venue, svc_course;
