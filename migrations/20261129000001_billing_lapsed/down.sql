DROP INDEX billing.bills_open;
DROP INDEX billing.bills_unpaid;
CREATE INDEX bills_unpaid ON billing.bills (due_at, tenant_id) WHERE state = 'open' AND paid = 0 AND due_at IS NOT NULL;

ALTER TABLE billing.refunds DROP CONSTRAINT refund_reason;
UPDATE billing.refunds SET reason = 'late_payment' WHERE reason = 'lapsed';
ALTER TABLE billing.refunds ADD CONSTRAINT refund_reason
  CHECK (reason IN ('patron', 'performance_cancelled', 'staff', 'late_payment'));
