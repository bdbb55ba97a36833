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

-- The places of a class for whoever applies at a moment, never below zero, as course::seats::rules::place decides: what was not
-- accepted or paid in time is free again, and what a frozen draw will give is not; none of a class that is not offered, nor while
-- somebody waits. The window of whoever applies is one that is open, else the next that opens: where the first come are served none
-- is theirs while somebody of an earlier window is undecided, and elsewhere none that those may take.
CREATE OR REPLACE FUNCTION course.free_for_newcomer(tenant uuid, class uuid, at timestamptz) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT CASE WHEN c.state <> 'published' OR (coalesce(at < course.offers_end(tenant, class, c.promote_until), true)
      AND EXISTS (SELECT FROM course.applications AS w WHERE w.tenant_id = tenant AND w.class_id = class AND w.state = 'waitlisted'))
    THEN 0 ELSE greatest(f.free - coalesce(n.ahead, 0), 0) END
  FROM course.classes AS c
  JOIN course.places AS p ON p.tenant_id = tenant AND p.class_id = c.id
  CROSS JOIN LATERAL (SELECT (p.capacity - p.held_back - p.taken
      + (SELECT coalesce(sum(l.units), 0) FROM course.applications AS l WHERE l.tenant_id = tenant AND l.class_id = class
          AND l.state IN ('offered', 'payment_due') AND l.due_at <= at AND coalesce(l.kept_until <= at, true))
      - (SELECT coalesce(sum(d.promised), 0) FROM course.draws AS d WHERE d.tenant_id = tenant AND d.class_id = class
          AND d.state = 'frozen'))::bigint AS free) AS f
  CROSS JOIN LATERAL (SELECT min(CASE WHEN coalesce(o.admission, c.admission) <> 'first_come' THEN e.units
        WHEN e.undecided THEN greatest(f.free, 0) ELSE 0 END) AS ahead
      FROM course.application_windows AS o
      CROSS JOIN LATERAL (SELECT count(*) > 0 AS undecided, coalesce(sum(a.units) FILTER (WHERE NOT EXISTS (
            SELECT FROM course.draws AS d WHERE d.tenant_id = tenant AND d.window_id = a.window_id AND d.state = 'frozen')), 0) AS units
          FROM course.applications AS a
          JOIN course.application_windows AS b ON b.tenant_id = tenant AND b.id = a.window_id
          WHERE a.tenant_id = tenant AND a.class_id = class AND a.state IN ('entered', 'screening')
            AND (b.opens_at, b.id) < (o.opens_at, o.id)) AS e
      WHERE o.tenant_id = tenant AND o.class_id = class AND o.closes_at > at AND o.opens_at <= greatest(at, (
        SELECT min(x.opens_at) FROM course.application_windows AS x
        WHERE x.tenant_id = tenant AND x.class_id = class AND x.closes_at > at))) AS n
  WHERE c.tenant_id = tenant AND c.id = class;
END;
REVOKE ALL ON FUNCTION course.free_for_newcomer(uuid, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION course.free_for_newcomer(uuid, uuid, timestamptz) TO svc_course;

-- Places of whoever is admitted to a class, in the unit of the class.
CREATE OR REPLACE FUNCTION course.admitted(tenant uuid, class uuid) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(sum(a.units), 0)::bigint FROM course.applications AS a
  WHERE a.tenant_id = tenant AND a.class_id = class AND a.state = 'admitted';
END;

-- The last civil day on which it is decided whether a class runs: the one that it says, else the day before it first meets. NULL
-- while it says none and has no session.
CREATE OR REPLACE FUNCTION course.decided_by(tenant uuid, class uuid, said date) RETURNS date
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT coalesce(said, min(s.local_date) - 1) FROM course.sessions AS s
  WHERE s.tenant_id = tenant AND s.class_id = class AND s.state <> 'cancelled';
END;

-- Whether fewer are admitted than a class needs, and nobody has decided that it runs; it has not begun then.
CREATE OR REPLACE FUNCTION course.falls_short(tenant uuid, class uuid, minimum integer, decision text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT decision IS NULL AND minimum IS NOT NULL
    AND NOT EXISTS (SELECT FROM course.sessions AS s WHERE s.tenant_id = tenant AND s.class_id = class AND s.state = 'held')
    AND (SELECT coalesce(sum(a.units), 0) FROM course.applications AS a
      WHERE a.tenant_id = tenant AND a.class_id = class AND a.state = 'admitted') < minimum;
END;

-- Whether a class has met for the last time and nothing of it is open: no application that is still to be decided, accepted or paid,
-- and no cancelled session of which it is to be decided what takes its place (course::conclusion::rules says for how long).
CREATE OR REPLACE FUNCTION course.is_over(tenant uuid, class uuid, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT EXISTS (SELECT FROM course.sessions AS s WHERE s.tenant_id = tenant AND s.class_id = class AND s.state <> 'cancelled')
    AND NOT EXISTS (SELECT FROM course.sessions AS s WHERE s.tenant_id = tenant AND s.class_id = class AND s.state <> 'cancelled'
      AND s.ends_at > at)
    AND NOT EXISTS (SELECT FROM course.applications AS a WHERE a.tenant_id = tenant AND a.class_id = class
      AND a.state IN ('screening', 'entered', 'waitlisted', 'offered', 'payment_due'))
    AND NOT EXISTS (SELECT FROM course.sessions AS s WHERE s.tenant_id = tenant AND s.class_id = class AND s.state = 'cancelled'
      AND s.given_up_at IS NULL AND s.ends_at + interval '90 days' > at
      AND NOT EXISTS (SELECT FROM course.sessions AS n WHERE n.tenant_id = tenant AND n.replaces_id = s.id)
      AND NOT EXISTS (SELECT FROM course.sessions AS p
        WHERE p.tenant_id = tenant AND p.id = s.replaces_id AND p.given_up_at IS NOT NULL));
END;

DO $$
DECLARE
  asked text;
BEGIN
  FOREACH asked IN ARRAY ARRAY['admitted(uuid, uuid)', 'decided_by(uuid, uuid, date)', 'falls_short(uuid, uuid, integer, text)',
                               'is_over(uuid, uuid, timestamptz)'] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION course.%s FROM PUBLIC', asked);
    EXECUTE format('GRANT EXECUTE ON FUNCTION course.%s TO svc_course, itsudemo_resolver', asked);
  END LOOP;
END $$;

-- The one thing that is asked across tenants: where something of a course is due. It shows ids of tenants, nothing else.
GRANT USAGE ON SCHEMA course TO itsudemo_app, itsudemo_resolver;
GRANT SELECT (tenant_id, id, class_id, units, state, due_at, kept_until, reminded_of, updated_at) ON course.applications TO itsudemo_resolver;
GRANT SELECT (tenant_id, id, state, results_at, promote_until, minimum_enrolment, decide_by, decision) ON course.classes
  TO itsudemo_resolver;
GRANT SELECT (tenant_id, id, class_id, local_date, starts_at, ends_at, state, replaces_id, given_up_at) ON course.sessions
  TO itsudemo_resolver;
GRANT SELECT (tenant_id, class_id, owed_on, decided_at) ON course.run_decisions TO itsudemo_resolver;
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
                                'screenings', 'settings', 'run_decisions'] LOOP
    EXECUTE format('DROP POLICY IF EXISTS due ON course.%I', target);
  END LOOP;
END $$;
CREATE POLICY due ON course.applications FOR SELECT TO itsudemo_resolver
  USING (state IN ('screening', 'entered', 'waitlisted', 'offered', 'payment_due', 'admitted'));
CREATE POLICY due ON course.classes FOR SELECT TO itsudemo_resolver USING (state = 'published');
CREATE POLICY due ON course.sessions FOR SELECT TO itsudemo_resolver USING (true);
CREATE POLICY due ON course.application_windows FOR SELECT TO itsudemo_resolver USING (true);
CREATE POLICY due ON course.draws FOR SELECT TO itsudemo_resolver USING (state IN ('committed', 'frozen'));
CREATE POLICY due ON course.change_plans FOR SELECT TO itsudemo_resolver USING (state = 'running');
CREATE POLICY due ON course.screenings FOR SELECT TO itsudemo_resolver USING (released_at IS NULL);
CREATE POLICY due ON course.settings FOR SELECT TO itsudemo_resolver USING (true);
CREATE POLICY due ON course.run_decisions FOR SELECT TO itsudemo_resolver USING (decided_at IS NULL);

CREATE OR REPLACE FUNCTION course.tenants_with_due(at timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  -- offers and payments that ran out, or of which somebody is to be reminded
  SELECT a.tenant_id FROM course.applications AS a LEFT JOIN course.settings AS s ON s.tenant_id = a.tenant_id
    WHERE a.state IN ('offered', 'payment_due') AND ((a.due_at <= at AND coalesce(a.kept_until <= at, true)) OR (a.reminded_of IS DISTINCT FROM a.due_at
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
        AND (w.closes_at + coalesce(s.paper_hours, 72) * interval '1 hour' <= at
          OR (w.closes_at <= c.results_at AND c.results_at <= at)))
      OR (d.state = 'frozen' AND NOT d.awaits_value AND c.results_at <= at
        AND (w.closes_at <= c.results_at OR w.closes_at + coalesce(s.paper_hours, 72) * interval '1 hour' <= at))
  -- screenings to be published
  UNION SELECT n.tenant_id FROM course.screenings AS n
    JOIN course.classes AS c ON c.tenant_id = n.tenant_id AND c.id = n.class_id AND c.state = 'published'
    WHERE n.released_at IS NULL AND c.results_at <= at
  -- classes of which it is to be decided today whether they run: as course.decided_by and course.falls_short say, for all at once
  UNION SELECT o.tenant_id FROM (SELECT c.tenant_id, c.id, c.minimum_enrolment FROM course.classes AS c
      LEFT JOIN course.run_decisions AS r ON r.tenant_id = c.tenant_id AND r.class_id = c.id
      WHERE c.state = 'published' AND c.decision IS NULL AND c.minimum_enrolment IS NOT NULL
        AND (r.owed_on IS NULL OR r.owed_on < timezone('Asia/Tokyo', at)::date)
        AND (c.decide_by <= timezone('Asia/Tokyo', at)::date OR (c.decide_by IS NULL AND EXISTS (SELECT FROM course.sessions AS s
          WHERE s.tenant_id = c.tenant_id AND s.class_id = c.id AND s.state <> 'cancelled'
            AND s.local_date <= timezone('Asia/Tokyo', at)::date + 1)))
        AND NOT EXISTS (SELECT FROM course.sessions AS s
          WHERE s.tenant_id = c.tenant_id AND s.class_id = c.id AND s.state = 'held') OFFSET 0) AS o
    WHERE (SELECT coalesce(sum(a.units), 0) FROM course.applications AS a
      WHERE a.tenant_id = o.tenant_id AND a.class_id = o.id AND a.state = 'admitted') < o.minimum_enrolment
  -- classes that are over: only what has met for the last time is looked at more closely
  UNION SELECT o.tenant_id FROM (SELECT c.tenant_id, c.id, c.minimum_enrolment, c.decision FROM course.classes AS c
      WHERE c.state = 'published' AND NOT EXISTS (SELECT FROM course.sessions AS s
        WHERE s.tenant_id = c.tenant_id AND s.class_id = c.id AND s.state <> 'cancelled' AND s.ends_at > at) OFFSET 0) AS o
    WHERE course.is_over(o.tenant_id, o.id, at) AND NOT course.falls_short(o.tenant_id, o.id, o.minimum_enrolment, o.decision)
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
