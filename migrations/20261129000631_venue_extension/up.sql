-- Why there is more time to pay for an application than there was at first: the house's own words, of the last time, sealed.
ALTER TABLE venue.hire_applications ADD COLUMN due_reason bytea;
