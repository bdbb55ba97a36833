DROP FUNCTION IF EXISTS notice.tenants_with_due_mail(timestamptz);
DROP TABLE notice.messages;
