-- 銀行振込: lines of the bank's statements, and the number by which a transfer says which bill it pays.

-- Ten digits and two check digits (ISO 7064 MOD 97-10). Bills that are older than this get one at random.
CREATE FUNCTION billing.any_reference() RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT lpad(n::text, 10, '0') || lpad((98 - (n * 100) % 97)::text, 2, '0')
  FROM (SELECT floor(random() * 10000000000)::bigint AS n) AS stem
$$;
ALTER TABLE billing.bills ADD COLUMN reference text NOT NULL DEFAULT billing.any_reference();
ALTER TABLE billing.bills ALTER COLUMN reference DROP DEFAULT;
DROP FUNCTION billing.any_reference();
ALTER TABLE billing.bills
  ADD CONSTRAINT one_bill_per_reference UNIQUE (tenant_id, reference),
  ADD CONSTRAINT bill_reference CHECK (reference ~ '^[0-9]{12}$');
CREATE INDEX bills_by_state ON billing.bills (tenant_id, state, id);

ALTER TABLE billing.payments
  DROP CONSTRAINT payment_method,
  ADD CONSTRAINT payment_method
    CHECK (method IN ('cash', 'card_terminal', 'sandbox_card', 'sandbox_konbini', 'bank_transfer'));
ALTER TABLE ticket.sale_windows
  DROP CONSTRAINT sale_windows_payment_methods,
  ADD CONSTRAINT sale_windows_payment_methods CHECK (cardinality(payment_methods) > 0
    AND payment_methods <@ '{cash,card_terminal,sandbox_card,sandbox_konbini,bank_transfer}');

-- 振込: one line of a statement. Who paid is not kept: the name on a statement is personal data and matches nothing.
CREATE TABLE billing.transfers (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  -- what tells this line from every other one; the same line registered again is this one
  identity text NOT NULL,
  value_date date NOT NULL,
  amount bigint NOT NULL,
  -- as on the statement, without what people put between digits
  reference text,
  state text NOT NULL,
  -- why it is in suspense, and by how many yen it differs from what the bill asks for
  reason text,
  difference bigint,
  bill_id uuid,
  payment_id uuid,
  -- what was more than the bill asked for
  remainder bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  matched_at timestamptz,
  returned_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT transfers_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT transfer_is_registered_once UNIQUE (tenant_id, identity),
  CONSTRAINT transfers_bill_fkey FOREIGN KEY (tenant_id, bill_id) REFERENCES billing.bills (tenant_id, id),
  CONSTRAINT transfers_payment_fkey FOREIGN KEY (tenant_id, payment_id) REFERENCES billing.payments (tenant_id, id),
  CONSTRAINT transfer_amount CHECK (amount > 0),
  CONSTRAINT transfer_reason CHECK (reason IN ('not_tried', 'no_reference', 'no_such_bill', 'short', 'over', 'bill_paid',
    'bill_void', 'bill_overdue', 'undeliverable')),
  CONSTRAINT transfer_state CHECK (state IN ('unmatched', 'matched', 'returned')),
  CONSTRAINT transfer_state_tells_money CHECK (
    CASE state
      WHEN 'unmatched' THEN reason IS NOT NULL AND bill_id IS NULL AND payment_id IS NULL AND remainder = 0
        AND matched_at IS NULL AND returned_at IS NULL
      WHEN 'matched' THEN bill_id IS NOT NULL AND payment_id IS NOT NULL AND matched_at IS NOT NULL
        AND 0 <= remainder AND remainder < amount AND (returned_at IS NULL OR remainder > 0)
      ELSE bill_id IS NULL AND payment_id IS NULL AND remainder = 0 AND matched_at IS NULL AND returned_at IS NOT NULL END)
);
CREATE UNIQUE INDEX one_transfer_per_payment ON billing.transfers (tenant_id, payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX transfers_by_state ON billing.transfers (tenant_id, state, id);
CREATE INDEX transfers_of_bill ON billing.transfers (tenant_id, bill_id) WHERE bill_id IS NOT NULL;
SELECT tenancy.protect('billing.transfers', 'applications', 'svc_core:SIU,svc_ticket:SIU,svc_venue:SIU,svc_course:SIU');
