DROP POLICY IF EXISTS unindexed ON patron.persons;
DROP FUNCTION IF EXISTS patron.tenants_with_unindexed();
ALTER TABLE patron.persons DROP COLUMN unindexed;
