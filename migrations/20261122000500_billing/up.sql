-- Bills, payments, refunds and the money ledger, shared by the services.

-- 請求: what is owed for one subject of a service. Money moves only under this row's lock.
CREATE TABLE billing.bills (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  subject_kind text NOT NULL,
  subject_id uuid NOT NULL,
  payer_id uuid,
  channel text NOT NULL,
  state text NOT NULL,
  rounding text NOT NULL,
  total bigint NOT NULL,
  paid bigint NOT NULL DEFAULT 0,
  refunded bigint NOT NULL DEFAULT 0,
  due_at timestamptz,
  created_at timestamptz NOT NULL,
  closed_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT bills_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT bill_state CHECK (state IN ('open', 'paid', 'cancelled')),
  CONSTRAINT bill_rounding CHECK (rounding IN ('down', 'half_up', 'up')),
  CONSTRAINT bill_money CHECK (0 <= refunded AND refunded <= paid AND paid <= total),
  CONSTRAINT bill_state_tells_money CHECK (
    CASE state WHEN 'open' THEN paid < total AND refunded = 0
               WHEN 'paid' THEN paid = total
               ELSE paid = 0 END)
);
CREATE UNIQUE INDEX one_live_bill_per_subject ON billing.bills (tenant_id, subject_kind, subject_id)
  WHERE state <> 'cancelled';
CREATE INDEX bills_of_subject ON billing.bills (tenant_id, subject_kind, subject_id);
CREATE INDEX bills_unpaid ON billing.bills (due_at, tenant_id) WHERE state = 'open' AND paid = 0 AND due_at IS NOT NULL;
CREATE INDEX bills_of_payer ON billing.bills (tenant_id, payer_id) WHERE payer_id IS NOT NULL;
SELECT tenancy.protect('billing.bills', 'applications', 'svc_core:SIU,svc_ticket:SIU,svc_venue:SIU,svc_course:SIU');

-- What a bill is made of. Written once; only `refunded` moves.
CREATE TABLE billing.bill_lines (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  bill_id uuid NOT NULL,
  position integer NOT NULL,
  kind text NOT NULL,
  label text NOT NULL,
  quantity bigint NOT NULL,
  unit_amount bigint NOT NULL,
  amount bigint NOT NULL,
  tax text NOT NULL,
  refunded bigint NOT NULL DEFAULT 0,
  subject_kind text,
  subject_id uuid,
  explanation jsonb NOT NULL,
  CONSTRAINT bill_lines_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT bill_lines_bill_fkey FOREIGN KEY (tenant_id, bill_id) REFERENCES billing.bills (tenant_id, id),
  CONSTRAINT bill_lines_position UNIQUE (tenant_id, bill_id, position),
  CONSTRAINT bill_line_kind CHECK (kind IN ('sale', 'fee')),
  CONSTRAINT bill_line_tax CHECK (tax IN ('standard', 'reduced', 'exempt', 'out_of_scope')),
  CONSTRAINT bill_line_amount CHECK (quantity >= 1 AND unit_amount >= 0 AND amount = quantity * unit_amount),
  CONSTRAINT line_refund_within_line CHECK (0 <= refunded AND refunded <= amount)
);
SELECT tenancy.protect('billing.bill_lines', 'applications', 'svc_core:SIU,svc_ticket:SIU,svc_venue:SIU,svc_course:SIU');

-- 入金: one attempt to pay a bill, by one method.
CREATE TABLE billing.payments (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  bill_id uuid NOT NULL,
  method text NOT NULL,
  provider text,
  provider_ref text,
  state text NOT NULL,
  amount bigint NOT NULL,
  refunded bigint NOT NULL DEFAULT 0,
  due_at timestamptz,
  next_action jsonb,
  failure text,
  created_at timestamptz NOT NULL,
  captured_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT payments_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT payments_bill_fkey FOREIGN KEY (tenant_id, bill_id) REFERENCES billing.bills (tenant_id, id),
  CONSTRAINT payment_known_to_provider_once UNIQUE (tenant_id, provider, provider_ref),
  CONSTRAINT payment_method CHECK (method IN ('cash', 'card_terminal', 'sandbox_card', 'sandbox_konbini')),
  CONSTRAINT payment_state CHECK (state IN ('created', 'requires_action', 'authorized', 'captured', 'captured_late',
                                            'failed', 'cancelled', 'expired', 'refunded')),
  CONSTRAINT payment_provider CHECK ((provider IS NULL) = (provider_ref IS NULL)),
  CONSTRAINT payment_amount CHECK (amount > 0),
  CONSTRAINT payment_refund_within_payment CHECK (0 <= refunded AND refunded <= amount),
  CONSTRAINT payment_state_tells_money CHECK (
    CASE state WHEN 'captured' THEN captured_at IS NOT NULL AND refunded < amount
               WHEN 'captured_late' THEN captured_at IS NOT NULL AND refunded = 0
               WHEN 'refunded' THEN captured_at IS NOT NULL AND refunded = amount
               ELSE captured_at IS NULL AND refunded = 0 END)
);
CREATE INDEX payments_of_bill ON billing.payments (tenant_id, bill_id);
SELECT tenancy.protect('billing.payments', 'applications', 'svc_core:SIU,svc_ticket:SIU,svc_venue:SIU,svc_course:SIU');

-- What a provider told us, each notice once.
CREATE TABLE billing.payment_events (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  provider text NOT NULL,
  provider_event_id text NOT NULL,
  payment_id uuid NOT NULL,
  kind text NOT NULL,
  amount bigint NOT NULL,
  verdict text NOT NULL,
  received_at timestamptz NOT NULL,
  CONSTRAINT payment_event_once PRIMARY KEY (tenant_id, provider, provider_event_id),
  CONSTRAINT payment_events_payment_fkey FOREIGN KEY (tenant_id, payment_id) REFERENCES billing.payments (tenant_id, id),
  CONSTRAINT payment_event_kind CHECK (kind IN ('authorized', 'captured', 'failed', 'cancelled', 'expired')),
  CONSTRAINT payment_event_verdict CHECK (verdict IN ('applied', 'ignored', 'quarantined'))
);
CREATE INDEX payment_events_of_payment ON billing.payment_events (tenant_id, payment_id);
SELECT tenancy.protect('billing.payment_events', 'records', 'svc_core:SI,svc_ticket:SI,svc_venue:SI,svc_course:SI');

-- 払戻: money given back, line by line.
CREATE TABLE billing.refunds (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  bill_id uuid NOT NULL,
  payment_id uuid NOT NULL,
  amount bigint NOT NULL,
  route text NOT NULL,
  reason text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT refunds_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT refunds_bill_fkey FOREIGN KEY (tenant_id, bill_id) REFERENCES billing.bills (tenant_id, id),
  CONSTRAINT refunds_payment_fkey FOREIGN KEY (tenant_id, payment_id) REFERENCES billing.payments (tenant_id, id),
  CONSTRAINT refund_amount CHECK (amount > 0),
  CONSTRAINT refund_route CHECK (route IN ('cash', 'card_terminal', 'provider', 'bank_transfer')),
  CONSTRAINT refund_reason CHECK (reason IN ('patron', 'performance_cancelled', 'staff', 'late_payment'))
);
CREATE INDEX refunds_of_bill ON billing.refunds (tenant_id, bill_id);
CREATE INDEX refunds_of_payment ON billing.refunds (tenant_id, payment_id);
SELECT tenancy.protect('billing.refunds', 'applications', 'svc_core:SI,svc_ticket:SI,svc_venue:SI,svc_course:SI');

-- 売上元帳: every movement of money, once, for ever. Each row moves `amount` from the credit to the debit account, so the
-- accounts balance by construction and what is still owed is a sum.
CREATE TABLE billing.ledger (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  business_date date NOT NULL,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  debit text NOT NULL,
  credit text NOT NULL,
  quantity bigint NOT NULL,
  amount bigint NOT NULL,
  tax text,
  method text,
  channel text NOT NULL,
  subject_kind text NOT NULL,
  subject_id uuid NOT NULL,
  bill_id uuid NOT NULL,
  line_id uuid,
  payment_id uuid,
  refund_id uuid,
  CONSTRAINT ledger_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT ledger_bill_fkey FOREIGN KEY (tenant_id, bill_id) REFERENCES billing.bills (tenant_id, id),
  CONSTRAINT ledger_amount CHECK (amount >= 0),
  CONSTRAINT ledger_tax CHECK (tax IN ('standard', 'reduced', 'exempt', 'out_of_scope')),
  CONSTRAINT ledger_accounts CHECK ((kind, debit, credit) IN (
    ('sale', 'receivable', 'revenue'), ('fee', 'receivable', 'revenue'), ('cancellation', 'revenue', 'receivable'),
    ('payment', 'money', 'receivable'), ('payment_returned', 'receivable', 'money'), ('refund', 'revenue', 'money'),
    ('late_payment', 'money', 'suspense'), ('late_accepted', 'suspense', 'receivable'), ('late_returned', 'suspense', 'money')))
);
-- a payment comes in once, a late one leaves suspense once
CREATE UNIQUE INDEX payment_counts_once ON billing.ledger (tenant_id, payment_id) WHERE kind IN ('payment', 'late_payment');
CREATE UNIQUE INDEX late_payment_is_decided_once ON billing.ledger (tenant_id, payment_id)
  WHERE kind IN ('late_accepted', 'late_returned');
CREATE INDEX ledger_of_bill ON billing.ledger (tenant_id, bill_id);
CREATE INDEX ledger_of_day ON billing.ledger (tenant_id, business_date);
SELECT tenancy.protect('billing.ledger', 'records', 'svc_core:SI,svc_ticket:SI,svc_venue:SI,svc_course:SI');
