-- the owner sees rows of no tenant, and these are everybody's
ALTER TABLE venue.holidays NO FORCE ROW LEVEL SECURITY;
DELETE FROM venue.holidays AS h WHERE h.by_law;
ALTER TABLE venue.holidays FORCE ROW LEVEL SECURITY;
ALTER TABLE venue.holidays DROP COLUMN closed_despite, DROP COLUMN by_law;
