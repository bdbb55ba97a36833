REVOKE DELETE ON course.application_people FROM svc_course;
