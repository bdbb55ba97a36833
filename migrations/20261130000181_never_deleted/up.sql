-- What no statement of a service deletes, its role may not delete. Answers kept for retries are swept by the role that the services share.
REVOKE DELETE ON tenancy.idempotency_keys FROM svc_ticket, svc_venue, svc_course;
REVOKE DELETE ON patron.passwords FROM svc_core;
REVOKE DELETE ON ticket.seats FROM svc_ticket;
REVOKE DELETE ON venue.holidays, venue.room_atoms FROM svc_venue;
REVOKE DELETE ON course.application_windows, course.fees FROM svc_course;
