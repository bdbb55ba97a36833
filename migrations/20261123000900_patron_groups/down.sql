DROP TABLE patron.group_members;
ALTER TABLE patron.patrons DROP CONSTRAINT patrons_kind;
ALTER TABLE patron.patrons ADD CONSTRAINT patrons_kind CHECK (kind IN ('guest', 'registered'));
