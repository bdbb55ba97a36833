ALTER TABLE venue.hire_applications DROP COLUMN due_reason;
