-- 開講決定: whether a class runs that has a minimum, with the numbers and the reason it was decided with
CREATE TABLE course.run_decisions (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  class_id uuid NOT NULL,
  -- the last civil day in Asia/Tokyo on which the journal said that it is owed
  owed_on date,
  decided_at timestamptz,
  -- as they were then, in the unit of the class
  admitted bigint,
  minimum integer,
  -- why it runs with fewer than its minimum
  reason text,
  CONSTRAINT run_decisions_pkey PRIMARY KEY (tenant_id, class_id),
  CONSTRAINT run_decisions_class FOREIGN KEY (tenant_id, class_id) REFERENCES course.classes (tenant_id, id),
  CONSTRAINT run_decisions_decided CHECK ((decided_at IS NULL) = (admitted IS NULL)),
  CONSTRAINT run_decisions_short CHECK (minimum IS NULL OR admitted >= minimum OR coalesce(reason, '') <> '')
);
SELECT tenancy.protect('course.run_decisions', 'records', 'svc_course:SIU');

-- What is asked across tenants four times a minute is asked of classes that are neither drafts nor over, and of each whether it has
-- begun, and whether it meets again.
CREATE INDEX classes_published ON course.classes (tenant_id, id) WHERE state = 'published';
CREATE INDEX sessions_held ON course.sessions (tenant_id, class_id) WHERE state = 'held';
CREATE INDEX sessions_to_come ON course.sessions (tenant_id, class_id, ends_at) INCLUDE (local_date) WHERE state <> 'cancelled';
