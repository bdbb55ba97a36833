-- Persons who were entered before anybody looked for the same one twice are not in the index of names and birth dates: no key is at
-- hand while a schema changes. Everybody who is there now is put into it by the worker; who comes in from here on is in it.
ALTER TABLE patron.persons ADD COLUMN unindexed boolean NOT NULL DEFAULT true;
ALTER TABLE patron.persons ALTER COLUMN unindexed SET DEFAULT false;
CREATE INDEX persons_unindexed ON patron.persons (tenant_id, id) WHERE unindexed;
