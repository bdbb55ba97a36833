-- Two records that may be of one person: the same birth date with the same name or the same reading, without showing either.
ALTER TABLE patron.persons
  ADD COLUMN name_birth_index bytea,
  ADD COLUMN kana_birth_index bytea;
CREATE INDEX persons_by_name_and_birth ON patron.persons (tenant_id, name_birth_index) WHERE name_birth_index IS NOT NULL;
CREATE INDEX persons_by_kana_and_birth ON patron.persons (tenant_id, kana_birth_index) WHERE kana_birth_index IS NOT NULL;
