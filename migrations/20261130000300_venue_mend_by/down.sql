ALTER TABLE venue.hire_applications DROP COLUMN mend_by;
