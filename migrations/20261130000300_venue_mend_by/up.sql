-- Until when what was returned is to be mended, as it was said: it waits no longer than until its first use, and that may move both ways.
ALTER TABLE venue.hire_applications ADD COLUMN mend_by timestamptz;
-- the owner sees rows of no tenant, and these are everybody's
ALTER TABLE venue.hire_applications NO FORCE ROW LEVEL SECURITY;
UPDATE venue.hire_applications SET mend_by = open_until WHERE state = 'returned';
ALTER TABLE venue.hire_applications FORCE ROW LEVEL SECURITY;
