-- いつでも学習: from the leaflet to the certificate.

-- 期
CREATE TABLE course.terms (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  name_en text,
  -- civil days in Asia/Tokyo, the second excluded
  starts_on date NOT NULL,
  ends_on date NOT NULL,
  previous_id uuid,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT terms_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT terms_code UNIQUE (tenant_id, code),
  CONSTRAINT terms_previous FOREIGN KEY (tenant_id, previous_id) REFERENCES course.terms (tenant_id, id),
  CONSTRAINT terms_given CHECK (code <> '' AND name <> ''),
  CONSTRAINT terms_last CHECK (starts_on < ends_on AND previous_id <> id)
);
CREATE INDEX terms_followed ON course.terms (tenant_id, previous_id) WHERE previous_id IS NOT NULL;
SELECT tenancy.protect('course.terms', 'service data', 'svc_course:SIU');

-- 講座: what people search
CREATE TABLE course.courses (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  code text NOT NULL,
  title text NOT NULL,
  title_kana text,
  title_en text,
  genres text[] NOT NULL,
  summary text,
  description text,
  -- whom to ask, for everybody to read: an office, never a person
  contact text,
  -- normalised title, kana, genres and summary: what a search reads
  searchable text NOT NULL,
  copied_from_id uuid,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT courses_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT courses_code UNIQUE (tenant_id, code),
  CONSTRAINT courses_copied FOREIGN KEY (tenant_id, copied_from_id) REFERENCES course.courses (tenant_id, id),
  CONSTRAINT courses_given CHECK (code <> '' AND title <> '')
);
CREATE INDEX courses_copies ON course.courses (tenant_id, copied_from_id) WHERE copied_from_id IS NOT NULL;
SELECT tenancy.protect('course.courses', 'service data', 'svc_course:SIU');

-- クラス
CREATE TABLE course.classes (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  course_id uuid NOT NULL,
  term_id uuid NOT NULL,
  code text NOT NULL,
  title text NOT NULL,
  title_en text,
  -- 人 or 組
  capacity_unit text NOT NULL,
  max_party integer NOT NULL,
  -- 最少催行人数, in the unit of the capacity, and the last civil day on which it is decided
  minimum_enrolment integer,
  decide_by date,
  -- first_come, draw, screening
  admission text NOT NULL,
  -- in_person, online, hybrid
  delivery text NOT NULL,
  -- strict_head: nobody passes the first in line; skip_if_not_fit: the next that fits is promoted
  group_policy text NOT NULL,
  -- how long somebody promoted may think, and how many days there are to pay
  offer_minutes integer NOT NULL,
  payment_days integer NOT NULL,
  -- percent of the sessions held that completes it (修了)
  completion_percent integer,
  -- eligibility, price rules, tiers of a draw, refunds: course::rule::ClassRules
  rules jsonb NOT NULL,
  form_version_id uuid,
  join_url text,
  -- what was decided; whether it takes applications is judged by its windows and the clock
  state text NOT NULL,
  published_at timestamptz,
  -- 結果通知: decisions are told from then on; absent: at once
  results_at timestamptz,
  decision text,
  reason text,
  copied_from_id uuid,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT classes_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT classes_code UNIQUE (tenant_id, term_id, code),
  CONSTRAINT classes_course FOREIGN KEY (tenant_id, course_id) REFERENCES course.courses (tenant_id, id),
  CONSTRAINT classes_term FOREIGN KEY (tenant_id, term_id) REFERENCES course.terms (tenant_id, id),
  CONSTRAINT classes_copied FOREIGN KEY (tenant_id, copied_from_id) REFERENCES course.classes (tenant_id, id),
  CONSTRAINT classes_given CHECK (code <> '' AND title <> ''),
  CONSTRAINT classes_party CHECK (max_party >= 1 AND minimum_enrolment >= 0),
  CONSTRAINT classes_capacity_unit CHECK (capacity_unit IN ('person', 'party')),
  CONSTRAINT classes_admission CHECK (admission IN ('first_come', 'draw', 'screening')),
  CONSTRAINT classes_delivery CHECK (delivery IN ('in_person', 'online', 'hybrid')),
  CONSTRAINT classes_group_policy CHECK (group_policy IN ('strict_head', 'skip_if_not_fit')),
  CONSTRAINT classes_times CHECK (offer_minutes >= 1 AND payment_days >= 0 AND completion_percent BETWEEN 1 AND 100),
  CONSTRAINT classes_state CHECK (state IN ('draft', 'published', 'cancelled', 'completed')),
  CONSTRAINT classes_decision CHECK (decision IN ('go', 'cancelled'))
);
CREATE INDEX classes_of_course ON course.classes (tenant_id, course_id, id);
CREATE INDEX classes_copies ON course.classes (tenant_id, copied_from_id) WHERE copied_from_id IS NOT NULL;
SELECT tenancy.protect('course.classes', 'service data', 'svc_course:SIU');

-- 定員: the row that everybody locks who changes places, the waiting list or the capacity of a class. `taken` is the sum of the
-- units of applications that hold places; only a statement that leaves it at or below the capacity may raise it.
CREATE TABLE course.places (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  class_id uuid NOT NULL,
  -- in the unit of the class
  capacity integer NOT NULL,
  -- 関係者枠: of the capacity, kept back from everybody but the staff
  held_back integer NOT NULL DEFAULT 0,
  -- how many may wait; absent: as many as like
  waiting_capacity integer,
  taken integer NOT NULL DEFAULT 0,
  -- the last number given: 受付番号, 抽選番号, the waiting list, application_events
  receipt_number bigint NOT NULL DEFAULT 0,
  draw_number bigint NOT NULL DEFAULT 0,
  waiting_number bigint NOT NULL DEFAULT 0,
  event_number bigint NOT NULL DEFAULT 0,
  CONSTRAINT places_pkey PRIMARY KEY (tenant_id, class_id),
  CONSTRAINT places_class FOREIGN KEY (tenant_id, class_id) REFERENCES course.classes (tenant_id, id),
  CONSTRAINT places_counts CHECK (capacity >= 0 AND held_back >= 0 AND taken >= 0 AND waiting_capacity >= 0)
);
SELECT tenancy.protect('course.places', 'service data', 'svc_course:SIU');

-- 申込期間: 継続, 市内, 一般, 追加 ... ; a class has several
CREATE TABLE course.application_windows (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  class_id uuid NOT NULL,
  -- continuing, resident, general, additional
  kind text NOT NULL,
  label text NOT NULL,
  opens_at timestamptz NOT NULL,
  closes_at timestamptz NOT NULL,
  -- how it is decided; absent: as the class says
  admission text,
  -- who may apply in it: course::rule::Requirement, every one of them
  requires jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT application_windows_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT application_windows_class FOREIGN KEY (tenant_id, class_id) REFERENCES course.classes (tenant_id, id),
  CONSTRAINT application_windows_kind CHECK (kind IN ('continuing', 'resident', 'general', 'additional')),
  CONSTRAINT application_windows_admission CHECK (admission IN ('first_come', 'draw', 'screening')),
  CONSTRAINT application_windows_last CHECK (opens_at < closes_at)
);
CREATE INDEX application_windows_of_class ON course.application_windows (tenant_id, class_id, opens_at);
SELECT tenancy.protect('course.application_windows', 'service data', 'svc_course:SIUD');

-- 受講料, 教材費, 保険料, 入会金
CREATE TABLE course.fees (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  class_id uuid NOT NULL,
  kind text NOT NULL,
  label text NOT NULL,
  -- yen for one person (or one party), tax included
  amount bigint NOT NULL,
  -- percent: 10, 8 or 0 (not taxed)
  tax_rate integer NOT NULL,
  -- course: once; session: for each session that is left
  billing text NOT NULL,
  optional boolean NOT NULL,
  -- false: not given back when a participant withdraws (教材費 that has been ordered)
  refundable boolean NOT NULL,
  ordinal integer NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT fees_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT fees_class FOREIGN KEY (tenant_id, class_id) REFERENCES course.classes (tenant_id, id),
  CONSTRAINT fees_kind CHECK (kind IN ('tuition', 'materials', 'insurance', 'joining', 'other')),
  CONSTRAINT fees_amount CHECK (amount >= 0 AND tax_rate IN (0, 8, 10) AND label <> ''),
  CONSTRAINT fees_billing CHECK (billing IN ('course', 'session'))
);
CREATE INDEX fees_of_class ON course.fees (tenant_id, class_id, ordinal, id);
SELECT tenancy.protect('course.fees', 'service data', 'svc_course:SIUD');

-- 講師: what everybody may read of them. Who they are stays with the patrons.
CREATE TABLE course.instructors (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  -- whom letters and honoraria go to
  patron_id uuid,
  public_name text NOT NULL,
  public_name_en text,
  profile text,
  -- individual: income tax is withheld; company, none: it is not
  payee text NOT NULL,
  state text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT instructors_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT instructors_payee CHECK (payee IN ('individual', 'company', 'none')),
  CONSTRAINT instructors_state CHECK (state IN ('active', 'closed')),
  CONSTRAINT instructors_given CHECK (public_name <> '')
);
SELECT tenancy.protect('course.instructors', 'service data', 'svc_course:SIU');

-- 各回. A session that takes the place of one that was cancelled says which.
CREATE TABLE course.sessions (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  class_id uuid NOT NULL,
  number integer NOT NULL,
  -- civil day in Asia/Tokyo of its beginning
  local_date date NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  state text NOT NULL,
  -- the room claimed in venue under the id of this session, or where else it is
  room_id uuid,
  place text,
  -- 補講
  replaces_id uuid,
  reason text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT sessions_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT sessions_number UNIQUE (tenant_id, class_id, number),
  CONSTRAINT sessions_class FOREIGN KEY (tenant_id, class_id) REFERENCES course.classes (tenant_id, id),
  CONSTRAINT sessions_replaces FOREIGN KEY (tenant_id, replaces_id) REFERENCES course.sessions (tenant_id, id),
  CONSTRAINT sessions_last CHECK (starts_at < ends_at),
  CONSTRAINT sessions_state CHECK (state IN ('scheduled', 'held', 'cancelled')),
  CONSTRAINT sessions_cancelled CHECK (state <> 'cancelled' OR reason <> '')
);
CREATE UNIQUE INDEX one_make_up_per_session ON course.sessions (tenant_id, replaces_id)
  WHERE replaces_id IS NOT NULL AND state <> 'cancelled';
CREATE INDEX sessions_replaced ON course.sessions (tenant_id, replaces_id) WHERE replaces_id IS NOT NULL;
CREATE INDEX sessions_by_day ON course.sessions (tenant_id, local_date, class_id);
SELECT tenancy.protect('course.sessions', 'service data', 'svc_course:SIUD');

-- Who teaches a session. Nobody is in two places at once.
CREATE TABLE course.assignments (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  session_id uuid NOT NULL,
  instructor_id uuid NOT NULL,
  -- lead, assistant, substitute
  role text NOT NULL,
  -- as the session's
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  active boolean NOT NULL DEFAULT true,
  -- yen for the session before withholding; absent: unpaid
  honorarium bigint,
  CONSTRAINT assignments_pkey PRIMARY KEY (tenant_id, session_id, instructor_id),
  CONSTRAINT assignments_session FOREIGN KEY (tenant_id, session_id) REFERENCES course.sessions (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT assignments_instructor FOREIGN KEY (tenant_id, instructor_id) REFERENCES course.instructors (tenant_id, id),
  CONSTRAINT assignments_role CHECK (role IN ('lead', 'assistant', 'substitute')),
  CONSTRAINT assignments_last CHECK (starts_at < ends_at),
  CONSTRAINT assignments_honorarium CHECK (honorarium >= 0),
  CONSTRAINT nobody_in_two_places
    EXCLUDE USING gist (tenant_id WITH =, instructor_id WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE (active)
);
CREATE INDEX assignments_of_instructor ON course.assignments (tenant_id, instructor_id, starts_at);
SELECT tenancy.protect('course.assignments', 'service data', 'svc_course:SIUD');

-- 申込: a party that is admitted, waits or loses together. A family that may be split is one application for each of them
-- under the same party.
CREATE TABLE course.applications (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  class_id uuid NOT NULL,
  window_id uuid NOT NULL,
  party_id uuid NOT NULL,
  -- who applied, and gets the letters
  applicant_id uuid NOT NULL,
  -- places it takes, in the unit of the class
  units integer NOT NULL,
  channel text NOT NULL,
  received_at timestamptz NOT NULL,
  -- 受付番号, told to everybody; and the SHA-256 of the code that opens it for guests
  receipt_number bigint NOT NULL,
  receipt_code_hash bytea NOT NULL,
  draw_number bigint,
  state text NOT NULL,
  -- until when it is to be accepted or paid
  due_at timestamptz,
  -- 空席待ち: never reused; smaller comes first
  waiting_number bigint,
  waiting_key bigint,
  reason text,
  -- facts of the party at the time it applied, without anything that names a person, and what the rules made of them
  facts jsonb NOT NULL,
  price jsonb NOT NULL,
  total bigint NOT NULL,
  form_version_id uuid,
  bill_id uuid,
  decided_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT applications_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT applications_receipt UNIQUE (tenant_id, class_id, receipt_number),
  CONSTRAINT applications_draw_number UNIQUE (tenant_id, class_id, draw_number),
  CONSTRAINT applications_class FOREIGN KEY (tenant_id, class_id) REFERENCES course.classes (tenant_id, id),
  CONSTRAINT applications_window FOREIGN KEY (tenant_id, window_id) REFERENCES course.application_windows (tenant_id, id),
  CONSTRAINT applications_units CHECK (units >= 1 AND total >= 0),
  CONSTRAINT applications_channel CHECK (channel IN ('web', 'counter', 'telephone', 'post')),
  CONSTRAINT applications_state CHECK (state IN ('screening', 'entered', 'waitlisted', 'offered', 'payment_due', 'admitted',
    'lost', 'rejected', 'declined', 'expired', 'withdrawn', 'class_cancelled', 'revoked')),
  CONSTRAINT applications_due CHECK (state NOT IN ('offered', 'payment_due') OR due_at IS NOT NULL),
  CONSTRAINT applications_waiting CHECK ((waiting_number IS NULL) = (waiting_key IS NULL) AND (state <> 'waitlisted' OR waiting_key IS NOT NULL))
);
CREATE INDEX applications_by_state ON course.applications (tenant_id, class_id, state, id);
CREATE INDEX applications_in_line ON course.applications (tenant_id, class_id, waiting_key) WHERE state = 'waitlisted';
CREATE INDEX applications_due ON course.applications (tenant_id, due_at) WHERE state IN ('offered', 'payment_due');
CREATE INDEX applications_of_window ON course.applications (tenant_id, window_id);
CREATE INDEX applications_of_applicant ON course.applications (tenant_id, applicant_id, id);
CREATE INDEX applications_by_receipt_code ON course.applications (tenant_id, receipt_code_hash);
CREATE INDEX applications_of_party ON course.applications (tenant_id, party_id);
SELECT tenancy.protect('course.applications', 'applications', 'svc_course:SIU');

-- Who would take part. `active` is kept equal to whether the application's state is active.
CREATE TABLE course.application_people (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  application_id uuid NOT NULL,
  class_id uuid NOT NULL,
  person_id uuid NOT NULL,
  -- participant, companion (does not learn, takes no place of its own)
  role text NOT NULL,
  active boolean NOT NULL,
  CONSTRAINT application_people_pkey PRIMARY KEY (tenant_id, application_id, person_id),
  CONSTRAINT application_people_application FOREIGN KEY (tenant_id, application_id) REFERENCES course.applications (tenant_id, id),
  CONSTRAINT application_people_class FOREIGN KEY (tenant_id, class_id) REFERENCES course.classes (tenant_id, id),
  CONSTRAINT application_people_role CHECK (role IN ('participant', 'companion'))
);
CREATE UNIQUE INDEX one_active_application_per_person ON course.application_people (tenant_id, class_id, person_id) WHERE active;
CREATE INDEX application_people_of_person ON course.application_people (tenant_id, person_id, application_id);
SELECT tenancy.protect('course.application_people', 'applications', 'svc_course:SIU');

-- Every move of every application, without gaps within a class.
CREATE TABLE course.application_events (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  class_id uuid NOT NULL,
  number bigint NOT NULL,
  application_id uuid,
  -- applied, admitted, waitlisted, offered, promoted, ...; capacity for a change of the class itself
  kind text NOT NULL,
  from_state text,
  to_state text,
  reason text,
  actor text NOT NULL,
  -- after it
  taken integer NOT NULL,
  capacity integer NOT NULL,
  -- the first in line as it was decided
  head bigint,
  at timestamptz NOT NULL,
  CONSTRAINT application_events_pkey PRIMARY KEY (tenant_id, class_id, number),
  CONSTRAINT application_events_application FOREIGN KEY (tenant_id, application_id) REFERENCES course.applications (tenant_id, id)
);
CREATE INDEX application_events_of ON course.application_events (tenant_id, application_id, number) WHERE application_id IS NOT NULL;
SELECT tenancy.protect('course.application_events', 'records', 'svc_course:SI');

-- 抽選
CREATE TABLE course.draws (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  class_id uuid NOT NULL,
  window_id uuid NOT NULL,
  state text NOT NULL,
  -- draw::Rules, its hash, and the commitment published with it
  rules jsonb NOT NULL,
  rules_hash text NOT NULL,
  commitment text NOT NULL,
  -- sealed under the tenant's key until it is revealed
  seed bytea NOT NULL,
  -- draw::Entry of everybody who entered, and their hash, from the freeze on
  entries jsonb,
  entries_hash text,
  -- draw::Proof with the seed: made in the moment in which it is published
  proof jsonb,
  reason text,
  committed_at timestamptz NOT NULL,
  frozen_at timestamptz,
  published_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT draws_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT draws_class FOREIGN KEY (tenant_id, class_id) REFERENCES course.classes (tenant_id, id),
  CONSTRAINT draws_window FOREIGN KEY (tenant_id, window_id) REFERENCES course.application_windows (tenant_id, id),
  CONSTRAINT draws_state CHECK (state IN ('committed', 'frozen', 'published', 'voided')),
  CONSTRAINT draws_voided CHECK (state <> 'voided' OR reason <> ''),
  CONSTRAINT draws_published CHECK ((state = 'published') = (proof IS NOT NULL) AND (state NOT IN ('frozen', 'published') OR (entries IS NOT NULL AND entries_hash IS NOT NULL)))
);
CREATE UNIQUE INDEX one_draw_per_window ON course.draws (tenant_id, window_id) WHERE state <> 'voided';
CREATE INDEX draws_of_class ON course.draws (tenant_id, class_id, id);
CREATE INDEX draws_of_window ON course.draws (tenant_id, window_id);
SELECT tenancy.protect('course.draws', 'records', 'svc_course:SIU');

-- 受講: one person in one class, from the admission on
CREATE TABLE course.enrolments (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  class_id uuid NOT NULL,
  person_id uuid NOT NULL,
  application_id uuid NOT NULL,
  state text NOT NULL,
  completion text NOT NULL,
  -- 途中入会: the first session it takes part in
  joined_session integer NOT NULL,
  ended_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT enrolments_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT enrolments_class FOREIGN KEY (tenant_id, class_id) REFERENCES course.classes (tenant_id, id),
  CONSTRAINT enrolments_application FOREIGN KEY (tenant_id, application_id) REFERENCES course.applications (tenant_id, id),
  CONSTRAINT enrolments_state CHECK (state IN ('active', 'withdrawn', 'ended')),
  CONSTRAINT enrolments_completion CHECK (completion IN ('open', 'passed', 'failed'))
);
CREATE UNIQUE INDEX one_enrolment_per_person ON course.enrolments (tenant_id, class_id, person_id) WHERE state = 'active';
CREATE INDEX enrolments_of_application ON course.enrolments (tenant_id, application_id);
CREATE INDEX enrolments_of_person ON course.enrolments (tenant_id, person_id, id);
CREATE INDEX enrolments_of_class ON course.enrolments (tenant_id, class_id, id);
SELECT tenancy.protect('course.enrolments', 'applications', 'svc_course:SIU');

-- 出欠: every revision is kept, the last counts
CREATE TABLE course.attendance (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  session_id uuid NOT NULL,
  enrolment_id uuid NOT NULL,
  revision integer NOT NULL,
  status text NOT NULL,
  note text,
  source text NOT NULL,
  actor text NOT NULL,
  marked_at timestamptz NOT NULL,
  CONSTRAINT attendance_pkey PRIMARY KEY (tenant_id, session_id, enrolment_id, revision),
  CONSTRAINT attendance_session FOREIGN KEY (tenant_id, session_id) REFERENCES course.sessions (tenant_id, id),
  CONSTRAINT attendance_enrolment FOREIGN KEY (tenant_id, enrolment_id) REFERENCES course.enrolments (tenant_id, id),
  CONSTRAINT attendance_status CHECK (status IN ('present', 'late', 'left_early', 'absent', 'excused', 'made_up')),
  CONSTRAINT attendance_source CHECK (source IN ('staff', 'device'))
);
CREATE INDEX attendance_of_enrolment ON course.attendance (tenant_id, enrolment_id, session_id);
SELECT tenancy.protect('course.attendance', 'applications', 'svc_course:SI');

-- What somebody would get back, and until when that holds
CREATE TABLE course.withdrawal_quotes (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  application_id uuid NOT NULL,
  lines jsonb NOT NULL,
  -- yen
  paid bigint NOT NULL,
  refund bigint NOT NULL,
  valid_until timestamptz NOT NULL,
  used_at timestamptz,
  created_at timestamptz NOT NULL,
  CONSTRAINT withdrawal_quotes_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT withdrawal_quotes_application FOREIGN KEY (tenant_id, application_id) REFERENCES course.applications (tenant_id, id),
  CONSTRAINT withdrawal_quotes_refund CHECK (refund BETWEEN 0 AND paid)
);
CREATE INDEX withdrawal_quotes_of ON course.withdrawal_quotes (tenant_id, application_id, id);
SELECT tenancy.protect('course.withdrawal_quotes', 'applications', 'svc_course:SIU');

-- A change of sessions, or the end of a class, as it was shown before it was done; what is left of it when it was cut short
CREATE TABLE course.change_plans (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  class_id uuid NOT NULL,
  -- move_session, cancel_session, make_up, cancel_class
  kind text NOT NULL,
  plan jsonb NOT NULL,
  plan_hash text NOT NULL,
  state text NOT NULL,
  -- of plan.steps, how many are done
  done integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT change_plans_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT change_plans_class FOREIGN KEY (tenant_id, class_id) REFERENCES course.classes (tenant_id, id),
  CONSTRAINT change_plans_kind CHECK (kind IN ('move_session', 'cancel_session', 'make_up', 'cancel_class')),
  CONSTRAINT change_plans_state CHECK (state IN ('planned', 'running', 'done', 'outdated'))
);
CREATE INDEX change_plans_of_class ON course.change_plans (tenant_id, class_id, id);
SELECT tenancy.protect('course.change_plans', 'records', 'svc_course:SIU');

-- 講師謝金: one payment to one instructor, fixed when it is approved
CREATE TABLE course.honoraria (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  instructor_id uuid NOT NULL,
  -- as the instructor was then
  payee text NOT NULL,
  -- yen: before withholding, 源泉徴収, what is paid out
  gross bigint NOT NULL,
  withheld bigint NOT NULL,
  net bigint NOT NULL,
  state text NOT NULL,
  approved_at timestamptz NOT NULL,
  -- civil day in Asia/Tokyo
  paid_on date,
  reason text,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT honoraria_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT honoraria_instructor FOREIGN KEY (tenant_id, instructor_id) REFERENCES course.instructors (tenant_id, id),
  CONSTRAINT honoraria_amounts CHECK (gross >= 0 AND withheld >= 0 AND net = gross - withheld AND net >= 0),
  CONSTRAINT honoraria_payee CHECK (payee IN ('individual', 'company', 'none')),
  CONSTRAINT honoraria_state CHECK (state IN ('approved', 'paid', 'voided')),
  CONSTRAINT honoraria_paid CHECK ((state = 'paid') = (paid_on IS NOT NULL)),
  CONSTRAINT honoraria_voided CHECK (state <> 'voided' OR reason <> '')
);
CREATE INDEX honoraria_of_instructor ON course.honoraria (tenant_id, instructor_id, id);
SELECT tenancy.protect('course.honoraria', 'records', 'svc_course:SIU');

-- What it is paid for
CREATE TABLE course.honorarium_sessions (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  honorarium_id uuid NOT NULL,
  session_id uuid NOT NULL,
  instructor_id uuid NOT NULL,
  -- yen before withholding
  amount bigint NOT NULL,
  -- false once the honorarium is voided
  active boolean NOT NULL,
  CONSTRAINT honorarium_sessions_pkey PRIMARY KEY (tenant_id, honorarium_id, session_id),
  CONSTRAINT honorarium_sessions_honorarium FOREIGN KEY (tenant_id, honorarium_id) REFERENCES course.honoraria (tenant_id, id),
  CONSTRAINT honorarium_sessions_session FOREIGN KEY (tenant_id, session_id) REFERENCES course.sessions (tenant_id, id),
  CONSTRAINT honorarium_sessions_amount CHECK (amount >= 0)
);
CREATE UNIQUE INDEX one_honorarium_per_session ON course.honorarium_sessions (tenant_id, session_id, instructor_id) WHERE active;
CREATE INDEX honorarium_sessions_of_session ON course.honorarium_sessions (tenant_id, session_id);
SELECT tenancy.protect('course.honorarium_sessions', 'records', 'svc_course:SIU');

CREATE TABLE course.certificate_series (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  fiscal_year integer NOT NULL,
  last_number bigint NOT NULL,
  CONSTRAINT certificate_series_pkey PRIMARY KEY (tenant_id, fiscal_year)
);
SELECT tenancy.protect('course.certificate_series', 'records', 'svc_course:SIU');

-- 修了証
CREATE TABLE course.certificates (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  enrolment_id uuid NOT NULL,
  fiscal_year integer NOT NULL,
  number bigint NOT NULL,
  -- what anybody may ask with, in the clear on the paper
  check_code text NOT NULL,
  -- sessions attended of those held, when it was issued
  attended integer NOT NULL,
  held integer NOT NULL,
  issued_on date NOT NULL,
  revoked_at timestamptz,
  reason text,
  created_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT certificates_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT certificates_number UNIQUE (tenant_id, fiscal_year, number),
  CONSTRAINT certificates_check_code UNIQUE (tenant_id, check_code),
  CONSTRAINT certificates_enrolment FOREIGN KEY (tenant_id, enrolment_id) REFERENCES course.enrolments (tenant_id, id),
  CONSTRAINT certificates_attended CHECK (attended BETWEEN 0 AND held),
  CONSTRAINT certificates_revoked CHECK (revoked_at IS NULL OR reason <> '')
);
CREATE UNIQUE INDEX one_certificate_per_enrolment ON course.certificates (tenant_id, enrolment_id) WHERE revoked_at IS NULL;
CREATE INDEX certificates_of_enrolment ON course.certificates (tenant_id, enrolment_id);
SELECT tenancy.protect('course.certificates', 'records', 'svc_course:SIU');
