REVOKE SELECT ON patron.persons, patron.person_facts FROM svc_venue;
ALTER TABLE patron.user_classes DROP COLUMN resident;
