ALTER TABLE venue.hire_quotes DROP COLUMN house_changes;
ALTER TABLE venue.holidays DROP COLUMN version;
