DROP FUNCTION IF EXISTS billing.tenants_with_overdue_bills(timestamptz);
ALTER TABLE billing.bills DROP COLUMN open_until;
