-- Whoever is in a draw or before the staff comes before whoever asks later: as long as one of them is undecided, newcomers wait
-- behind them, and nobody who waits behind them is promoted.
ALTER TABLE course.places
  -- applications that are entered or screened
  ADD COLUMN undecided integer NOT NULL DEFAULT 0,
  -- whoever waits at a greater key than this waits behind them
  ADD COLUMN undecided_after bigint;
UPDATE course.places AS p SET undecided = n.undecided, undecided_after = p.waiting_number
  FROM (SELECT a.tenant_id, a.class_id, count(*) AS undecided FROM course.applications AS a
        WHERE a.state IN ('entered', 'screening') GROUP BY a.tenant_id, a.class_id) AS n
  WHERE n.tenant_id = p.tenant_id AND n.class_id = p.class_id;
ALTER TABLE course.places
  ADD CONSTRAINT places_undecided CHECK (undecided >= 0 AND (undecided > 0) = (undecided_after IS NOT NULL));

-- Places are offered until this session begins, counted in the order of time; absent: the first.
ALTER TABLE course.classes
  ADD COLUMN promote_until integer,
  ADD CONSTRAINT classes_promote_until CHECK (promote_until >= 1);

ALTER TABLE course.draws
  -- places that were free at the freeze, hashed with the entries; absent in a draw of which the rules say it
  ADD COLUMN capacity integer,
  -- of them, how many the entries can take: kept for them until the results are out
  ADD COLUMN promised integer NOT NULL DEFAULT 0,
  ADD CONSTRAINT draws_promised CHECK (capacity >= 0 AND promised >= 0);
