-- Whether who is of a class lives, works or goes to school in the municipality; absent: the class does not say, and the papers that
-- the staff has seen decide.
ALTER TABLE patron.user_classes ADD COLUMN resident boolean;
-- prices of hires depend on it
GRANT SELECT ON patron.persons, patron.person_facts TO svc_venue;
