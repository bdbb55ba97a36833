-- Where the house itself is told by mail what is to be decided, sealed, and in which language; absent: nowhere.
ALTER TABLE course.settings
  ADD COLUMN staff_email bytea,
  ADD COLUMN staff_locale text NOT NULL DEFAULT 'ja',
  ADD CONSTRAINT settings_staff_locale CHECK (staff_locale IN ('ja', 'en'));
