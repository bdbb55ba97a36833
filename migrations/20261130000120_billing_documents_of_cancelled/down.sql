REVOKE UPDATE (state, voided_at, void_reason, version) ON billing.documents FROM svc_ticket, svc_venue, svc_course;
