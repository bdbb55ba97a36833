-- What is to be said to people: written in the transaction of the fact, delivered after its commit. Recipient, subject and
-- text are sealed under the tenant's key and forgotten once the message has gone.
CREATE TABLE notice.messages (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  template text NOT NULL,
  locale text NOT NULL,
  patron_id uuid,
  fact text NOT NULL,
  content bytea,
  state text NOT NULL,
  attempts integer NOT NULL,
  next_attempt_at timestamptz NOT NULL,
  failure text,
  created_at timestamptz NOT NULL,
  settled_at timestamptz,
  CONSTRAINT messages_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT one_message_per_fact UNIQUE (tenant_id, fact),
  CONSTRAINT messages_locale CHECK (locale IN ('ja', 'en')),
  CONSTRAINT messages_state CHECK (state IN ('queued', 'sent', 'failed')),
  CONSTRAINT messages_settled CHECK ((state = 'queued') = (settled_at IS NULL) AND (state = 'queued') = (content IS NOT NULL))
);
CREATE INDEX messages_due ON notice.messages (tenant_id, next_attempt_at) WHERE state = 'queued';
CREATE INDEX messages_by_patron ON notice.messages (tenant_id, patron_id, id) WHERE patron_id IS NOT NULL;
SELECT tenancy.protect('notice.messages', 'personal data', 'svc_core:SIU,svc_ticket:SI,svc_venue:SI,svc_course:SI');
