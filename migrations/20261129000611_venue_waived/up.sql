-- What of the charge of a hire the house does not ask for, yen: it took back another one, and this one is dearer by itself.
ALTER TABLE venue.hires ADD COLUMN waived bigint NOT NULL DEFAULT 0, ADD CONSTRAINT hires_waived CHECK (waived >= 0);
