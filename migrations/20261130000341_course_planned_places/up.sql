-- What the house says of places, apart from those in use: what is held back is used up by whom the staff seats, and a line is closed.
-- Who copies a class takes this.
ALTER TABLE course.places
  ADD COLUMN planned_held_back integer NOT NULL DEFAULT 0,
  -- absent: as many may wait as like
  ADD COLUMN planned_waiting_capacity integer,
  ADD CONSTRAINT places_planned CHECK (planned_held_back >= 0 AND planned_waiting_capacity >= 0);

-- The owner sees rows of no tenant otherwise.
ALTER TABLE course.places NO FORCE ROW LEVEL SECURITY;
ALTER TABLE course.application_events NO FORCE ROW LEVEL SECURITY;
-- As far as it is known: what the staff has seated since the numbers were last said came out of what is held back while some of it is
-- left; how many could wait before a line was closed is said nowhere, but some could.
UPDATE course.places AS p
  SET planned_held_back = p.held_back + CASE WHEN p.held_back > 0 THEN u.used ELSE 0 END,
      planned_waiting_capacity = CASE WHEN u.closed AND p.waiting_capacity = 0 AND p.waiting_number > 0 THEN NULL ELSE p.waiting_capacity END
  FROM (SELECT o.tenant_id, o.class_id, coalesce(bool_or(e.kind = 'line_closed'), false) AS closed,
          coalesce(sum(e.taken - coalesce(b.taken, 0)) FILTER (WHERE e.kind = 'seated_by_staff'), 0)::integer AS used
        FROM course.places AS o
        LEFT JOIN course.application_events AS e ON e.tenant_id = o.tenant_id AND e.class_id = o.class_id
          AND e.kind IN ('seated_by_staff', 'line_closed')
          AND e.number > coalesce((SELECT max(r.number) FROM course.application_events AS r
            WHERE r.tenant_id = o.tenant_id AND r.class_id = o.class_id AND r.kind = 'capacity'), 0)
        LEFT JOIN course.application_events AS b ON b.tenant_id = e.tenant_id AND b.class_id = e.class_id AND b.number = e.number - 1
        GROUP BY o.tenant_id, o.class_id) AS u
  WHERE u.tenant_id = p.tenant_id AND u.class_id = p.class_id;
ALTER TABLE course.application_events FORCE ROW LEVEL SECURITY;
ALTER TABLE course.places FORCE ROW LEVEL SECURITY;
