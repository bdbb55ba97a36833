-- Equipment is claimed under the row lock of each item, in the order of their ids, and the peak over the wanted time is counted
-- exactly: what ends as something else begins does not add up with it. Answers with what there is not enough of, and how many
-- would have been free; the caller rolls back then.
CREATE OR REPLACE FUNCTION venue.claim_equipment(
  tenant uuid, sources uuid[], items uuid[], quantities integer[], begins timestamptz[], ends timestamptz[],
  keep_until timestamptz, at timestamptz
) RETURNS TABLE (source uuid, item uuid, free bigint)
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM venue.equipment AS e WHERE e.tenant_id = tenant AND e.id = ANY (items) ORDER BY e.id FOR UPDATE;
  INSERT INTO venue.equipment_claims AS c (tenant_id, source_id, equipment_id, quantity, starts_at, ends_at, hold_until)
    SELECT tenant, w.source, w.item, w.quantity,
      w.begins - e.gap_before_minutes * interval '1 minute', w.ends + e.gap_after_minutes * interval '1 minute', keep_until
    FROM unnest(sources, items, quantities, begins, ends) AS w (source, item, quantity, begins, ends)
    JOIN venue.equipment AS e ON e.tenant_id = tenant AND e.id = w.item;
  RETURN QUERY
    WITH wanted AS (
      SELECT c.source_id, c.equipment_id, c.quantity, c.starts_at, c.ends_at, e.capacity
      FROM venue.equipment_claims AS c JOIN venue.equipment AS e ON e.tenant_id = tenant AND e.id = c.equipment_id
      WHERE c.tenant_id = tenant AND c.source_id = ANY (sources) AND c.equipment_id = ANY (items) AND c.active),
    met AS (
      SELECT w.source_id, w.equipment_id, c.quantity, greatest(c.starts_at, w.starts_at) AS begins, least(c.ends_at, w.ends_at) AS ends
      FROM wanted AS w
      JOIN venue.equipment_claims AS c ON c.tenant_id = tenant AND c.equipment_id = w.equipment_id AND c.active
        AND c.starts_at < w.ends_at AND c.ends_at > w.starts_at AND (c.hold_until IS NULL OR c.hold_until > at)),
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
