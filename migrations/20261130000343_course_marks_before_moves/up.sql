-- Marks of sessions that were moved before it was counted how often: nobody is marked before the day of the session, so what was marked
-- before its present day was marked before it was moved there, and does not count.
ALTER TABLE course.sessions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE course.attendance NO FORCE ROW LEVEL SECURITY;

UPDATE course.attendance AS a
  SET times_moved = a.times_moved + 1
  FROM course.sessions AS s
  WHERE s.tenant_id = a.tenant_id AND s.id = a.session_id AND a.times_moved = s.times_moved
    AND a.marked_at >= s.local_date::timestamp AT TIME ZONE 'Asia/Tokyo'
    AND EXISTS (SELECT FROM course.attendance AS e WHERE e.tenant_id = s.tenant_id AND e.session_id = s.id
      AND e.times_moved = s.times_moved AND e.marked_at < s.local_date::timestamp AT TIME ZONE 'Asia/Tokyo');
-- those that were left are from before the move
UPDATE course.sessions AS s
  SET times_moved = s.times_moved + 1
  WHERE EXISTS (SELECT FROM course.attendance AS e WHERE e.tenant_id = s.tenant_id AND e.session_id = s.id
    AND e.times_moved = s.times_moved AND e.marked_at < s.local_date::timestamp AT TIME ZONE 'Asia/Tokyo');

ALTER TABLE course.attendance FORCE ROW LEVEL SECURITY;
ALTER TABLE course.sessions FORCE ROW LEVEL SECURITY;
