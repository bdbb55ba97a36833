-- A file of holidays leaves alone what was said by hand, and takes away what an earlier one said. Which of the days that are there
-- came by a file is not known: no file undoes them.
ALTER TABLE venue.holidays ADD COLUMN imported boolean NOT NULL DEFAULT false,
  ADD CONSTRAINT holidays_imported CHECK (NOT imported OR by_law OR name IS NOT NULL);
