-- 名寄せ: of two rows of one application that turn out to be of one person, one stays.
GRANT DELETE ON course.application_people TO svc_course;
