ALTER TABLE venue.hire_applications ALTER COLUMN reason TYPE text USING NULL;
