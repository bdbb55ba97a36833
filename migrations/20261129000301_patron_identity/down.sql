ALTER TABLE patron.persons
  DROP COLUMN kana_birth_index,
  DROP COLUMN name_birth_index;
