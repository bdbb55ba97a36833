-- Equipment is claimed under the row lock of each item, in the order of their ids, and the peak over the wanted time is counted
-- exactly: what ends as something else begins does not add up with it. Answers with what there is not enough of, and how many
-- would have been free; the caller rolls back then.
--
-- What follows an item under its code is the same things from another day on: all items of a code are counted and locked together, and
-- at every moment there are as many as of the one that is in force then.
--
-- What ran out is made inactive where it is in the way: a client that looks at an older clock finds then that it has lost it,
-- instead of keeping it. What somebody is just working on is left to them and counts as taken.
CREATE OR REPLACE FUNCTION venue.claim_equipment(
  tenant uuid, sources uuid[], items uuid[], quantities integer[], begins timestamptz[], ends timestamptz[],
  keep_until timestamptz, at timestamptz
) RETURNS TABLE (source uuid, item uuid, free bigint)
LANGUAGE plpgsql AS $$
DECLARE
  kin uuid[];
BEGIN
  PERFORM 1 FROM venue.equipment AS s
    WHERE s.tenant_id = tenant AND (s.facility_id, s.code) IN (
      SELECT e.facility_id, e.code FROM venue.equipment AS e WHERE e.tenant_id = tenant AND e.id = ANY (items))
    ORDER BY s.id FOR UPDATE;
  kin := ARRAY (SELECT s.id FROM venue.equipment AS s
    WHERE s.tenant_id = tenant AND (s.facility_id, s.code) IN (
      SELECT e.facility_id, e.code FROM venue.equipment AS e WHERE e.tenant_id = tenant AND e.id = ANY (items)));
  INSERT INTO venue.equipment_claims AS c (tenant_id, source_id, equipment_id, quantity, starts_at, ends_at, hold_until)
    SELECT tenant, w.source, w.item, w.quantity,
      w.begins - e.gap_before_minutes * interval '1 minute', w.ends + e.gap_after_minutes * interval '1 minute', keep_until
    FROM unnest(sources, items, quantities, begins, ends) AS w (source, item, quantity, begins, ends)
    JOIN venue.equipment AS e ON e.tenant_id = tenant AND e.id = w.item;
  UPDATE venue.equipment_claims AS c SET active = false FROM (
    SELECT x.source_id, x.equipment_id FROM venue.equipment_claims AS x
    JOIN venue.equipment AS s ON s.tenant_id = tenant AND s.id = x.equipment_id
    WHERE x.tenant_id = tenant AND x.active AND x.hold_until <= at AND EXISTS (
      SELECT FROM venue.equipment_claims AS w JOIN venue.equipment AS e ON e.tenant_id = tenant AND e.id = w.equipment_id
      WHERE w.tenant_id = tenant AND w.source_id = ANY (sources) AND e.facility_id = s.facility_id AND e.code = s.code
        AND w.starts_at < x.ends_at AND w.ends_at > x.starts_at)
      AND x.equipment_id = ANY (kin) AND x.source_id <> ALL (sources)
    FOR UPDATE OF x SKIP LOCKED) AS old
  WHERE c.tenant_id = tenant AND c.source_id = old.source_id AND c.equipment_id = old.equipment_id;
  RETURN QUERY
    WITH wanted AS (
      SELECT c.source_id, c.equipment_id, c.quantity, c.starts_at, c.ends_at, e.facility_id, e.code,
        -- what ended before the use, or begins only after it, is none
        CASE WHEN (c.starts_at + e.gap_before_minutes * interval '1 minute') AT TIME ZONE 'Asia/Tokyo' >= e.effective_from
            AND (e.effective_until IS NULL
              OR (c.starts_at + e.gap_before_minutes * interval '1 minute') AT TIME ZONE 'Asia/Tokyo' < e.effective_until)
          THEN e.capacity ELSE 0 END AS capacity
      FROM venue.equipment_claims AS c JOIN venue.equipment AS e ON e.tenant_id = tenant AND e.id = c.equipment_id
      WHERE c.tenant_id = tenant AND c.source_id = ANY (sources) AND c.equipment_id = ANY (items) AND c.active),
    kindred AS (
      SELECT s.id, s.facility_id, s.code, s.capacity, s.effective_from::timestamp AT TIME ZONE 'Asia/Tokyo' AS since,
        coalesce(s.effective_until::timestamp AT TIME ZONE 'Asia/Tokyo', 'infinity') AS until
      FROM venue.equipment AS s WHERE s.tenant_id = tenant AND s.id = ANY (kin)),
    met AS (
      SELECT w.source_id, w.equipment_id, c.quantity, greatest(c.starts_at, w.starts_at) AS begins, least(c.ends_at, w.ends_at) AS ends
      FROM wanted AS w
      JOIN kindred AS k ON k.facility_id = w.facility_id AND k.code = w.code
      JOIN venue.equipment_claims AS c ON c.tenant_id = tenant AND c.equipment_id = k.id AND c.active
        AND c.starts_at < w.ends_at AND c.ends_at > w.starts_at
      -- while another is in force, what there is less of it counts as taken, and what there is more as given back
      UNION ALL SELECT w.source_id, w.equipment_id, w.capacity - k.capacity, greatest(k.since, w.starts_at), least(k.until, w.ends_at)
      FROM wanted AS w
      JOIN kindred AS k ON k.facility_id = w.facility_id AND k.code = w.code AND k.id <> w.equipment_id
        AND k.since < w.ends_at AND k.until > w.starts_at
      WHERE w.capacity > 0),
    steps AS (
      SELECT m.source_id, m.equipment_id, m.begins AS moment, m.quantity AS more FROM met AS m
      UNION ALL SELECT m.source_id, m.equipment_id, m.ends, -m.quantity FROM met AS m),
    busy AS (
      SELECT s.source_id, s.equipment_id,
        sum(sum(s.more)) OVER (PARTITION BY s.source_id, s.equipment_id ORDER BY s.moment) AS taken
      FROM steps AS s GROUP BY s.source_id, s.equipment_id, s.moment),
    peaks AS (SELECT b.source_id, b.equipment_id, max(b.taken) AS taken FROM busy AS b GROUP BY b.source_id, b.equipment_id)
    SELECT w.source_id, w.equipment_id, greatest(w.capacity - p.taken + w.quantity, 0)::bigint
    FROM wanted AS w JOIN peaks AS p USING (source_id, equipment_id)
    WHERE p.taken > w.capacity ORDER BY w.equipment_id, w.source_id;
END
$$;
REVOKE ALL ON FUNCTION venue.claim_equipment(uuid, uuid[], uuid[], integer[], timestamptz[], timestamptz[], timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION venue.claim_equipment(uuid, uuid[], uuid[], integer[], timestamptz[], timestamptz[], timestamptz, timestamptz) TO svc_venue;

-- The one thing that is asked across tenants: who has applications that were not paid, mended or decided in time. It shows ids of tenants, nothing else.
GRANT USAGE ON SCHEMA venue TO itsudemo_app, itsudemo_resolver;
GRANT SELECT (tenant_id, state, due_at, open_until) ON venue.hire_applications TO itsudemo_resolver;
DROP POLICY IF EXISTS overdue ON venue.hire_applications;
CREATE POLICY overdue ON venue.hire_applications FOR SELECT TO itsudemo_resolver
  USING (state IN ('awaiting_payment', 'requested', 'returned'));

CREATE OR REPLACE FUNCTION venue.tenants_with_late_applications(at timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT DISTINCT tenant_id FROM venue.hire_applications WHERE state = 'awaiting_payment' AND due_at <= at
  UNION SELECT tenant_id FROM venue.hire_applications WHERE state IN ('requested', 'returned') AND open_until <= at;
END;
-- a new owner must be able to create in the schema, for this one moment
GRANT CREATE ON SCHEMA venue TO itsudemo_resolver;
ALTER FUNCTION venue.tenants_with_late_applications(timestamptz) OWNER TO itsudemo_resolver;
REVOKE CREATE ON SCHEMA venue FROM itsudemo_resolver;
REVOKE ALL ON FUNCTION venue.tenants_with_late_applications(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION venue.tenants_with_late_applications(timestamptz) TO itsudemo_app;
