-- A closure of a whole facility is about parts that are made later, too. Of what was closed before this nobody knows any more
-- whether that was meant: it stays about the parts that it has.
ALTER TABLE venue.closures ADD COLUMN whole boolean NOT NULL DEFAULT false;
