ALTER TABLE course.application_people DROP COLUMN kept_joining;
