-- 補正期間: how many days there are to mend an application that is returned; seven where nobody said.
ALTER TABLE venue.facilities ADD COLUMN mend_days integer,
  ADD CONSTRAINT facilities_mend_days CHECK (mend_days BETWEEN 1 AND 90);
