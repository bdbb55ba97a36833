ALTER TABLE venue.hire_quotes DROP COLUMN shares;
ALTER TABLE venue.hires DROP COLUMN purpose;
