-- 入会金: the house kept some of the joining fee of whoever left, or whose class was cancelled: they have joined all the same
ALTER TABLE course.application_people ADD COLUMN kept_joining boolean NOT NULL DEFAULT false;
