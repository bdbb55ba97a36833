DROP TABLE billing.transfers;
ALTER TABLE ticket.sale_windows
  DROP CONSTRAINT sale_windows_payment_methods,
  ADD CONSTRAINT sale_windows_payment_methods CHECK (cardinality(payment_methods) > 0
    AND payment_methods <@ '{cash,card_terminal,sandbox_card,sandbox_konbini}') NOT VALID;
ALTER TABLE billing.payments
  DROP CONSTRAINT payment_method,
  ADD CONSTRAINT payment_method
    CHECK (method IN ('cash', 'card_terminal', 'sandbox_card', 'sandbox_konbini')) NOT VALID;
DROP INDEX billing.bills_by_state;
ALTER TABLE billing.bills DROP COLUMN reference;
