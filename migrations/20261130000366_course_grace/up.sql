-- 猶予: for how many days after its deadline a place is kept that is to be paid for
ALTER TABLE course.classes
  ADD COLUMN payment_grace_days integer NOT NULL DEFAULT 0,
  ADD CONSTRAINT classes_grace CHECK (payment_grace_days BETWEEN 0 AND 10);
-- until when a place is kept that is not paid by `due_at`, when that is longer
ALTER TABLE course.applications ADD COLUMN kept_until timestamptz;
