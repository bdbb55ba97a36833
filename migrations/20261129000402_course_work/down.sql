DROP FUNCTION IF EXISTS course.tenants_with_due(timestamptz);
ALTER TABLE course.change_plans DROP COLUMN failures;
ALTER TABLE course.withdrawal_quotes DROP COLUMN people;
ALTER TABLE course.application_people DROP COLUMN left_party;
ALTER TABLE course.sessions DROP COLUMN given_up_at;
ALTER TABLE course.change_plans DROP CONSTRAINT change_plans_state, DROP CONSTRAINT change_plans_kind;
ALTER TABLE course.change_plans
  ADD CONSTRAINT change_plans_state CHECK (state IN ('planned', 'running', 'done', 'outdated')),
  ADD CONSTRAINT change_plans_kind CHECK (kind IN ('move_session', 'cancel_session', 'make_up', 'cancel_class'));
ALTER TABLE course.draws DROP COLUMN awaits_value;
ALTER TABLE course.applications DROP COLUMN reminded_of;
DROP TABLE course.screenings;
DROP TABLE course.settings;
