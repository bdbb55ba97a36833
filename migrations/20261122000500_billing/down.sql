DROP FUNCTION IF EXISTS billing.tenants_with_overdue_bills(timestamptz);
DROP TABLE billing.ledger;
DROP TABLE billing.refunds;
DROP TABLE billing.payment_events;
DROP TABLE billing.payments;
DROP TABLE billing.bill_lines;
DROP TABLE billing.bills;
