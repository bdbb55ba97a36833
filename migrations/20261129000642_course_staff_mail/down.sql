ALTER TABLE course.settings DROP COLUMN staff_locale, DROP COLUMN staff_email;
