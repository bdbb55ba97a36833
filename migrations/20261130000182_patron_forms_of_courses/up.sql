-- Questions are asked and answered in courses, and read by whoever keeps the register: no other service sees an answer.
REVOKE ALL ON patron.forms, patron.form_versions, patron.answer_sets, patron.answers FROM svc_venue, svc_ticket;
