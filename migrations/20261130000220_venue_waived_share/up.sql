-- What was waived of a hire is a part of what it cost then: `waived_most` yen of `waived_of`. `waived` is what that comes to of what it
-- costs now. Of what was waived before this was written down, all that is left of it is waived of whatever it costs.
ALTER TABLE venue.hires ADD COLUMN waived_most bigint NOT NULL DEFAULT 0, ADD COLUMN waived_of bigint NOT NULL DEFAULT 0;
-- the owner sees rows of no tenant, and these are everybody's
ALTER TABLE venue.hires NO FORCE ROW LEVEL SECURITY;
UPDATE venue.hires AS h SET waived_most = h.waived, waived_of = h.waived WHERE h.waived > 0;
ALTER TABLE venue.hires FORCE ROW LEVEL SECURITY;
ALTER TABLE venue.hires ADD CONSTRAINT hires_waived_part CHECK (waived <= waived_most AND waived_most <= waived_of);
