-- How often a session was put at another time, and how often it had been when somebody was marked: what was marked before does not count
ALTER TABLE course.sessions ADD COLUMN times_moved integer NOT NULL DEFAULT 0;
ALTER TABLE course.attendance ADD COLUMN times_moved integer NOT NULL DEFAULT 0;
