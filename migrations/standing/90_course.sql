-- Until when places of a class are offered to whoever waits: until its session of this number begins, counted in the order of time
-- (the first where nothing is said, the last of a class that has fewer). NULL while it has no session.
CREATE OR REPLACE FUNCTION course.offers_end(tenant uuid, class uuid, until_session integer) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT min(s.starts_at) FILTER (WHERE s.place >= least(coalesce(until_session, 1), s.all_of_them))
  FROM (SELECT x.starts_at, row_number() OVER (ORDER BY x.starts_at, x.id) AS place, count(*) OVER () AS all_of_them
        FROM course.sessions AS x
        WHERE x.tenant_id = tenant AND x.class_id = class AND x.state <> 'cancelled') AS s;
END;
REVOKE ALL ON FUNCTION course.offers_end(uuid, uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION course.offers_end(uuid, uuid, integer) TO svc_course;

-- The one thing that is asked across tenants: where something of a course is due. It shows ids of tenants, nothing else.
GRANT USAGE ON SCHEMA course TO itsudemo_app, itsudemo_resolver;
GRANT SELECT (tenant_id, id, class_id, state, due_at, reminded_of, updated_at) ON course.applications TO itsudemo_resolver;
GRANT SELECT (tenant_id, id, state, results_at, promote_until) ON course.classes TO itsudemo_resolver;
GRANT SELECT (tenant_id, id, class_id, starts_at, state) ON course.sessions TO itsudemo_resolver;
GRANT SELECT (tenant_id, id, closes_at) ON course.application_windows TO itsudemo_resolver;
GRANT SELECT (tenant_id, class_id, window_id, state, awaits_value) ON course.draws TO itsudemo_resolver;
GRANT SELECT (tenant_id, state) ON course.change_plans TO itsudemo_resolver;
GRANT SELECT (tenant_id, class_id, released_at) ON course.screenings TO itsudemo_resolver;
GRANT SELECT (tenant_id, paper_hours, remind_hours) ON course.settings TO itsudemo_resolver;
DO $$
DECLARE
  target text;
BEGIN
  FOREACH target IN ARRAY ARRAY['applications', 'classes', 'sessions', 'application_windows', 'draws', 'change_plans',
                                'screenings', 'settings'] LOOP
    EXECUTE format('DROP POLICY IF EXISTS due ON course.%I', target);
  END LOOP;
END $$;
CREATE POLICY due ON course.applications FOR SELECT TO itsudemo_resolver
  USING (state IN ('waitlisted', 'offered', 'payment_due'));
CREATE POLICY due ON course.classes FOR SELECT TO itsudemo_resolver USING (state = 'published');
CREATE POLICY due ON course.sessions FOR SELECT TO itsudemo_resolver USING (state <> 'cancelled');
CREATE POLICY due ON course.application_windows FOR SELECT TO itsudemo_resolver USING (true);
CREATE POLICY due ON course.draws FOR SELECT TO itsudemo_resolver USING (state IN ('committed', 'frozen'));
CREATE POLICY due ON course.change_plans FOR SELECT TO itsudemo_resolver USING (state = 'running');
CREATE POLICY due ON course.screenings FOR SELECT TO itsudemo_resolver USING (released_at IS NULL);
CREATE POLICY due ON course.settings FOR SELECT TO itsudemo_resolver USING (true);

CREATE OR REPLACE FUNCTION course.tenants_with_due(at timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  -- offers and payments that ran out, or of which somebody is to be reminded
  SELECT a.tenant_id FROM course.applications AS a LEFT JOIN course.settings AS s ON s.tenant_id = a.tenant_id
    WHERE a.state IN ('offered', 'payment_due') AND (a.due_at <= at OR (a.reminded_of IS DISTINCT FROM a.due_at
      AND a.due_at - CASE WHEN s.tenant_id IS NULL THEN 24 ELSE s.remind_hours END * interval '1 hour' <= at
      AND a.due_at - CASE WHEN s.tenant_id IS NULL THEN 24 ELSE s.remind_hours END * interval '1 hour' > a.updated_at))
  -- lines to which nothing is offered any more
  UNION SELECT c.tenant_id FROM course.classes AS c
    JOIN (SELECT DISTINCT w.tenant_id, w.class_id FROM course.applications AS w WHERE w.state = 'waitlisted') AS w
      ON w.tenant_id = c.tenant_id AND w.class_id = c.id
    WHERE c.state = 'published' AND course.offers_end(c.tenant_id, c.id, c.promote_until) <= at
  -- draws to be frozen, or published
  UNION SELECT d.tenant_id FROM course.draws AS d
    JOIN course.classes AS c ON c.tenant_id = d.tenant_id AND c.id = d.class_id AND c.state = 'published'
    JOIN course.application_windows AS w ON w.tenant_id = d.tenant_id AND w.id = d.window_id
    LEFT JOIN course.settings AS s ON s.tenant_id = d.tenant_id
    WHERE (d.state = 'committed' AND w.closes_at <= at
        AND (w.closes_at + coalesce(s.paper_hours, 72) * interval '1 hour' <= at OR c.results_at <= at))
      OR (d.state = 'frozen' AND NOT d.awaits_value AND c.results_at <= at)
  -- screenings to be published
  UNION SELECT n.tenant_id FROM course.screenings AS n
    JOIN course.classes AS c ON c.tenant_id = n.tenant_id AND c.id = n.class_id AND c.state = 'published'
    WHERE n.released_at IS NULL AND c.results_at <= at
  -- money that is still to go back
  UNION SELECT p.tenant_id FROM course.change_plans AS p WHERE p.state = 'running';
END;
-- a new owner must be able to create in the schema, for this one moment
GRANT CREATE ON SCHEMA course TO itsudemo_resolver;
ALTER FUNCTION course.tenants_with_due(timestamptz) OWNER TO itsudemo_resolver;
REVOKE CREATE ON SCHEMA course FROM itsudemo_resolver;
REVOKE ALL ON FUNCTION course.tenants_with_due(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION course.tenants_with_due(timestamptz) TO itsudemo_app;
GRANT EXECUTE ON FUNCTION course.offers_end(uuid, uuid, integer) TO itsudemo_resolver;
