GRANT SELECT ON patron.forms, patron.form_versions TO svc_venue, svc_ticket;
GRANT SELECT, INSERT, UPDATE ON patron.answer_sets TO svc_venue, svc_ticket;
GRANT SELECT, INSERT ON patron.answers TO svc_venue, svc_ticket;
