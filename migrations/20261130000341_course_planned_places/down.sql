ALTER TABLE course.places
  DROP CONSTRAINT places_planned,
  DROP COLUMN planned_waiting_capacity,
  DROP COLUMN planned_held_back;
