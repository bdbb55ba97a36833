-- Whoever calls a bill off makes its documents void: a bill that asks for nothing and holds nothing has none that counts.
GRANT UPDATE (state, voided_at, void_reason, version) ON billing.documents TO svc_ticket, svc_venue, svc_course;
