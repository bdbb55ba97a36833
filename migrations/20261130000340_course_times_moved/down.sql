ALTER TABLE course.attendance DROP COLUMN times_moved;
ALTER TABLE course.sessions DROP COLUMN times_moved;
