-- 運用設定: what a house decides once for all of its courses; without a row, what stands in course::settings
CREATE TABLE course.settings (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  -- a copy of each letter to the guardians of whom it is about, though whoever applied is reached
  copy_to_guardians boolean NOT NULL,
  -- hours after a window has closed in which what came on paper in time is entered; then its draw is frozen
  paper_hours integer NOT NULL,
  -- hours before a deadline at which somebody is reminded of it; absent: nobody is
  remind_hours integer,
  updated_at timestamptz NOT NULL,
  version integer NOT NULL,
  CONSTRAINT settings_pkey PRIMARY KEY (tenant_id),
  CONSTRAINT settings_hours CHECK (paper_hours >= 0 AND remind_hours >= 1)
);
SELECT tenancy.protect('course.settings', 'service data', 'svc_course:SIU');

-- 書類選考: what the staff has decided and is published when the class tells its results
CREATE TABLE course.screenings (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  class_id uuid NOT NULL,
  -- course::screening::Choices: ids of applications, in order
  choices jsonb NOT NULL,
  prepared_at timestamptz NOT NULL,
  released_at timestamptz,
  version integer NOT NULL,
  CONSTRAINT screenings_pkey PRIMARY KEY (tenant_id, class_id),
  CONSTRAINT screenings_class FOREIGN KEY (tenant_id, class_id) REFERENCES course.classes (tenant_id, id)
);
SELECT tenancy.protect('course.screenings', 'records', 'svc_course:SIU');

-- the deadline of which somebody was reminded
ALTER TABLE course.applications ADD COLUMN reminded_of timestamptz;

-- a public value is named: somebody has to bring it when it is drawn
ALTER TABLE course.draws ADD COLUMN awaits_value boolean NOT NULL DEFAULT false;
UPDATE course.draws SET awaits_value = rules ? 'beacon';

-- applications that could not be given back what the plan says, and why: course::change_plan::Failure
ALTER TABLE course.change_plans ADD COLUMN failures jsonb NOT NULL DEFAULT '[]';
ALTER TABLE course.change_plans DROP CONSTRAINT change_plans_state, DROP CONSTRAINT change_plans_kind;
ALTER TABLE course.change_plans
  ADD CONSTRAINT change_plans_state CHECK (state IN ('planned', 'running', 'unfinished', 'done', 'outdated')),
  ADD CONSTRAINT change_plans_kind
    CHECK (kind IN ('move_session', 'cancel_session', 'make_up', 'refund_session', 'cancel_class'));

-- nothing takes the place of a cancelled session: what was paid for it goes back
ALTER TABLE course.sessions
  ADD COLUMN given_up_at timestamptz,
  ADD CONSTRAINT sessions_given_up CHECK (given_up_at IS NULL OR state = 'cancelled');

-- somebody left a party whose others stayed
ALTER TABLE course.application_people ADD COLUMN left_party boolean NOT NULL DEFAULT false;

-- who of the party leaves; absent: all of it
ALTER TABLE course.withdrawal_quotes ADD COLUMN people jsonb;
