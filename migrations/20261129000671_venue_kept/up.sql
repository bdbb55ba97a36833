-- What is kept of what came in for a hire that was given up beside others, yen: what is left on its lines beyond that pays for the
-- others. Null: all of it is kept, as of those that were given up before this was written down. What is kept beyond what was left on
-- its lines, what came in for the others paid.
ALTER TABLE venue.hires
    ADD COLUMN kept bigint, ADD COLUMN kept_elsewhere bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT hires_kept CHECK (kept >= 0), ADD CONSTRAINT hires_kept_elsewhere CHECK (kept_elsewhere >= 0);
