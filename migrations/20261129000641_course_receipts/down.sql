REVOKE SELECT, INSERT, UPDATE ON patron.throttles FROM svc_course;
