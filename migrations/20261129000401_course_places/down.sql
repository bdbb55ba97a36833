DROP FUNCTION IF EXISTS course.offers_end(uuid, uuid, integer);
ALTER TABLE course.draws DROP COLUMN capacity, DROP COLUMN promised;
ALTER TABLE course.classes DROP COLUMN promote_until;
ALTER TABLE course.places DROP COLUMN undecided, DROP COLUMN undecided_after;
