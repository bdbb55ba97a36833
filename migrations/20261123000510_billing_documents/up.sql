-- 領収書・適格請求書・適格返還請求書, numbered without gaps and never edited.

-- 発行者: who issues the tenant's documents.
CREATE TABLE billing.issuers (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  name text NOT NULL,
  address text NOT NULL,
  -- 適格請求書発行事業者の登録番号
  registration_number text,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT issuers_pkey PRIMARY KEY (tenant_id),
  CONSTRAINT issuer_given CHECK (name <> '' AND address <> ''),
  CONSTRAINT issuer_registration_number CHECK (registration_number ~ '^T[0-9]{13}$')
);
SELECT tenancy.protect('billing.issuers', 'service data', 'svc_core:SIU,svc_ticket:S,svc_venue:S,svc_course:S');

-- The last number of a series. The row is locked until the document that got the number is there or is given up, so there is
-- no gap.
CREATE TABLE billing.document_series (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  kind text NOT NULL,
  fiscal_year integer NOT NULL,
  last integer NOT NULL,
  CONSTRAINT document_series_pkey PRIMARY KEY (tenant_id, kind, fiscal_year),
  CONSTRAINT document_series_kind CHECK (kind IN ('receipt', 'qualified_invoice', 'credit_note')),
  CONSTRAINT document_series_last CHECK (last >= 1)
);
SELECT tenancy.protect('billing.document_series', 'records', 'svc_core:SIU,svc_ticket:SIU,svc_venue:SIU,svc_course:SIU');

-- A document: what it says is written once; only whether it counts and how often it was copied moves.
CREATE TABLE billing.documents (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  kind text NOT NULL,
  fiscal_year integer NOT NULL,
  number integer NOT NULL,
  -- what it is about: the bill, the payment or the refund
  about_id uuid NOT NULL,
  bill_id uuid NOT NULL,
  payment_id uuid,
  refund_id uuid,
  revision integer NOT NULL,
  replaces_id uuid,
  state text NOT NULL,
  content jsonb NOT NULL,
  -- SHA-256 of the content in its canonical text (RFC 8785), hexadecimal
  hash text NOT NULL,
  copies integer NOT NULL DEFAULT 0,
  issued_at timestamptz NOT NULL,
  voided_at timestamptz,
  void_reason text,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT documents_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT document_number_is_given_once UNIQUE (tenant_id, kind, fiscal_year, number),
  CONSTRAINT document_is_replaced_once UNIQUE (tenant_id, replaces_id),
  CONSTRAINT documents_bill_fkey FOREIGN KEY (tenant_id, bill_id) REFERENCES billing.bills (tenant_id, id),
  CONSTRAINT documents_payment_fkey FOREIGN KEY (tenant_id, payment_id) REFERENCES billing.payments (tenant_id, id),
  CONSTRAINT documents_refund_fkey FOREIGN KEY (tenant_id, refund_id) REFERENCES billing.refunds (tenant_id, id),
  CONSTRAINT documents_replaces_fkey FOREIGN KEY (tenant_id, replaces_id) REFERENCES billing.documents (tenant_id, id),
  CONSTRAINT document_kind CHECK (kind IN ('receipt', 'qualified_invoice', 'credit_note')),
  CONSTRAINT document_number CHECK (number >= 1),
  CONSTRAINT document_revision CHECK ((revision = 1) = (replaces_id IS NULL) AND revision >= 1),
  CONSTRAINT document_about CHECK (about_id = coalesce(payment_id, refund_id, bill_id)
    AND (payment_id IS NULL OR kind = 'receipt') AND (refund_id IS NOT NULL) = (kind = 'credit_note')),
  CONSTRAINT document_copies CHECK (copies >= 0),
  CONSTRAINT document_state CHECK (state IN ('issued', 'void')),
  CONSTRAINT document_void CHECK ((state = 'void') = (voided_at IS NOT NULL) AND (voided_at IS NULL) = (void_reason IS NULL)),
  CONSTRAINT document_void_reason
    CHECK (void_reason IN ('wrong_recipient', 'wrong_content', 'payment_returned', 'other'))
);
CREATE UNIQUE INDEX one_document_that_counts ON billing.documents (tenant_id, kind, about_id) WHERE state = 'issued';
CREATE INDEX documents_of_bill ON billing.documents (tenant_id, bill_id);
CREATE INDEX documents_of_payment ON billing.documents (tenant_id, payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX documents_of_refund ON billing.documents (tenant_id, refund_id) WHERE refund_id IS NOT NULL;
SELECT tenancy.protect('billing.documents', 'records', 'svc_core:SI,svc_ticket:SI,svc_venue:SI,svc_course:SI');
GRANT UPDATE (state, copies, voided_at, void_reason, version) ON billing.documents TO svc_core;
