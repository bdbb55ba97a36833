-- What was paid in part and not in full in time goes back, and says why.

ALTER TABLE billing.refunds DROP CONSTRAINT refund_reason;
ALTER TABLE billing.refunds ADD CONSTRAINT refund_reason
  CHECK (reason IN ('patron', 'performance_cancelled', 'staff', 'late_payment', 'lapsed'));

DROP INDEX billing.bills_unpaid;
CREATE INDEX bills_unpaid ON billing.bills (due_at, tenant_id) WHERE state = 'open' AND due_at IS NOT NULL;

-- what asks for money is a small part of what ever did
CREATE INDEX bills_open ON billing.bills (tenant_id, id) WHERE state = 'open';
