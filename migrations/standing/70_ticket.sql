-- Claiming, taking and giving back: one call each from the verb, which waits for no second answer while others wait for it.
-- Locks are taken in one order: pools by id, seats by id, then the hold's or order's own rows. Every function is told the
-- tenant first and the time by its caller.

-- Whether a performance was called off: from then on nothing of it is ordered or paid.
CREATE OR REPLACE FUNCTION ticket.is_cancelled(tenant uuid, performance uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM ticket.performances AS p WHERE p.tenant_id = tenant AND p.id = performance AND p.state = 'cancelled');
END $$;

-- A seat that this moment belongs to nobody.
CREATE OR REPLACE FUNCTION ticket.is_free(ticket_id uuid, blocked text, hold_until timestamptz, at timestamptz) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ticket_id IS NULL AND blocked IS NULL AND (hold_until IS NULL OR hold_until <= at);

-- Claims the named seats for a hold; the caller rolls back when fewer come back than it named.
CREATE OR REPLACE FUNCTION ticket.claim_seats(tenant uuid, performance uuid, seats uuid[], hold uuid, until timestamptz, at timestamptz)
RETURNS TABLE (seat_id uuid, seat_class_id uuid, section text, row_label text, seat_label text, position_index integer,
  part integer, singles integer)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
BEGIN
  PERFORM FROM ticket.performance_seats AS s
  WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.seat_id = ANY (seats) ORDER BY s.seat_id FOR UPDATE;
  RETURN QUERY
  UPDATE ticket.performance_seats AS s SET hold_id = hold, hold_until = until, order_id = NULL
  WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.seat_id = ANY (seats)
    AND ticket.is_free(s.ticket_id, s.blocked, s.hold_until, at)
  RETURNING s.seat_id, s.seat_class_id, s.section, s.row_label, s.seat_label, s.position_index, 1, 0;
END $$;

-- The best `size` neighbouring free seats of a class, on one bench: first without leaving a single seat beside them, then the
-- best seats, then the middle of the row. Nothing when no bench has so many. `singles` counts the single seats it would leave.
-- The benches of the best free seats are looked at first; they decide when no seat elsewhere could be better. Benches in `busy`
-- are left out; with `within`, all others are.
CREATE OR REPLACE FUNCTION ticket.best_run(tenant uuid, performance uuid, class uuid, size integer, at timestamptz,
  busy integer[], within integer, OUT seats uuid[], OUT singles integer, OUT bench integer)
LANGUAGE plpgsql STABLE AS $$ -- plpgsql keeps the plan
#variable_conflict use_column
DECLARE
  decided boolean;
  reach integer;
BEGIN
  FOREACH reach IN ARRAY ARRAY[100, 1000, 1000000] LOOP
    WITH first AS MATERIALIZED (
      SELECT s.lane, s.quality_rank FROM ticket.performance_seats AS s
      WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.seat_class_id = class
        AND NOT s.wheelchair AND NOT s.companion AND s.ticket_id IS NULL AND s.blocked IS NULL
        AND (s.hold_until IS NULL OR s.hold_until <= at)
        AND s.lane <> ALL (busy) AND (within IS NULL OR s.lane = within)
      ORDER BY s.quality_rank LIMIT reach
    ), near AS MATERIALIZED (
      SELECT s.seat_id, f.lane, s.place, s.quality_rank, s.off_centre, s.ordinal
      FROM (SELECT DISTINCT f.lane FROM first AS f) AS f
      CROSS JOIN LATERAL (
        SELECT s.seat_id, s.position_index AS place, s.quality_rank, s.off_centre, s.ordinal FROM ticket.performance_seats AS s
        WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.lane = f.lane AND s.seat_class_id = class
          AND NOT s.wheelchair AND NOT s.companion AND s.ticket_id IS NULL AND s.blocked IS NULL
          AND (s.hold_until IS NULL OR s.hold_until <= at)
        OFFSET 0 -- bench by bench: the planner takes the benches for many and would read the whole house
      ) AS s
    ), runs AS ( -- a run begins at a seat whose `size - 1`th follower is as many places away
      SELECT f.lane, f.place, f.ordinal, lead(f.place, size - 1) OVER bench = f.place + size - 1 AS whole,
        (lag(f.place) OVER bench IS NOT DISTINCT FROM f.place - 1 AND lag(f.place, 2) OVER bench IS DISTINCT FROM f.place - 2)::integer
        + (lead(f.place, size) OVER bench IS NOT DISTINCT FROM f.place + size
          AND lead(f.place, size + 1) OVER bench IS DISTINCT FROM f.place + size + 1)::integer AS singles,
        sum(f.quality_rank) OVER ahead AS quality, sum(f.off_centre) OVER ahead AS off_centre
      FROM near AS f
      WINDOW bench AS (PARTITION BY f.lane ORDER BY f.place),
        ahead AS (PARTITION BY f.lane ORDER BY f.place ROWS BETWEEN CURRENT ROW AND size - 1 FOLLOWING)
    ), best AS (
      SELECT r.lane, r.place, r.singles, r.quality FROM runs AS r WHERE r.whole
      ORDER BY r.singles, r.quality, r.off_centre, r.ordinal LIMIT 1
    )
    SELECT array_agg(f.seat_id ORDER BY f.place), min(b.singles), min(b.lane),
      (SELECT count(*) < reach OR (min(b.singles) = 0 AND min(b.quality) <= size * max(n.quality_rank)) FROM first AS n)
      INTO seats, singles, bench, decided
    FROM best AS b JOIN near AS f ON f.lane = b.lane AND f.place BETWEEN b.place AND b.place + size - 1;
    EXIT WHEN decided;
  END LOOP;
END $$;

-- Claims the best seats for a party. Choosing is serialised for each bench, so that two parties never choose the same seats or
-- leave a single one between them; a bench on which somebody else is choosing is passed over, and waited for only when there is
-- no other. Picked seats come in between all the same, and then the choice is made again. A party is split only when it allows
-- that: the largest part first, nobody sits alone if that can be helped. Those who split take turns, because they wait for
-- further benches while they have some. Fewer rows than `wanted` means: not available.
CREATE OR REPLACE FUNCTION ticket.claim_best(tenant uuid, performance uuid, class uuid, wanted integer, may_split boolean,
  hold uuid, until timestamptz, at timestamptz)
RETURNS TABLE (seat_id uuid, seat_class_id uuid, section text, row_label text, seat_label text, position_index integer,
  part integer, singles integer)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
  rest integer := wanted;
  size integer := wanted;
  nth integer := 1;
  misses integer := 0;
  busy integer[] := '{}';
  awaited integer;
  pick record;
  hoped integer;
  got integer;
BEGIN
  WHILE rest > 0 AND size > 0 AND misses < 256 LOOP
    SELECT r.seats, r.singles, r.bench INTO pick FROM ticket.best_run(tenant, performance, class, size, at, busy, NULL) AS r;
    awaited := NULL;
    IF pick.seats IS NULL AND cardinality(busy) > 0 THEN
      awaited := busy[1];
    ELSIF pick.seats IS NULL THEN
      EXIT WHEN NOT may_split;
      IF size = wanted THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(performance::text || class::text, 8));
      END IF;
      size := size - 1;
      IF rest - size = 1 AND size > 2 THEN
        size := size - 1;
      END IF;
      CONTINUE;
    END IF;
    BEGIN
      IF awaited IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(performance::text || awaited::text, 9));
        busy := '{}';
      ELSIF NOT pg_try_advisory_xact_lock(hashtextextended(performance::text || pick.bench::text, 9)) THEN
        busy := busy || pick.bench;
        CONTINUE;
      END IF;
      -- what those before us left of this bench; when that is less than hoped for, another may be better
      hoped := coalesce(pick.singles, 0);
      SELECT r.seats, r.singles INTO pick
      FROM ticket.best_run(tenant, performance, class, size, at, '{}', coalesce(awaited, pick.bench)) AS r;
      PERFORM FROM ticket.performance_seats AS s
      WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.seat_id = ANY (pick.seats) ORDER BY s.seat_id FOR UPDATE;
      SELECT count(*) INTO got FROM ticket.performance_seats AS s
      WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.seat_id = ANY (pick.seats)
        AND ticket.is_free(s.ticket_id, s.blocked, s.hold_until, at);
      IF got < size OR pick.singles > hoped THEN
        RAISE EXCEPTION USING ERRCODE = 'IT001'; -- lets the bench go
      END IF;
    EXCEPTION WHEN SQLSTATE 'IT001' THEN
      misses := misses + 1;
      CONTINUE;
    END;
    RETURN QUERY
    UPDATE ticket.performance_seats AS s SET hold_id = hold, hold_until = until, order_id = NULL
    WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.seat_id = ANY (pick.seats)
    RETURNING s.seat_id, s.seat_class_id, s.section, s.row_label, s.seat_label, s.position_index, nth, pick.singles;
    rest := rest - size;
    size := least(size, rest);
    nth := nth + 1;
  END LOOP;
END $$;

-- Claims one wheelchair place and the companion places nearest to it in its row. A companion place belongs to the wheelchair
-- place nearest to it, free or not, of two as near to the one on the left; no other takes it.
CREATE OR REPLACE FUNCTION ticket.claim_wheelchair(tenant uuid, performance uuid, class uuid, companions integer,
  hold uuid, until timestamptz, at timestamptz)
RETURNS TABLE (seat_id uuid, seat_class_id uuid, section text, row_label text, seat_label text, position_index integer,
  part integer, singles integer)
LANGUAGE plpgsql VOLATILE AS $$
#variable_conflict use_column
DECLARE
  pick uuid[];
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(performance::text || class::text, 8));
  SELECT w.seat_id || beside.seats INTO pick
  FROM ticket.performance_seats AS w
  CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(c.seat_id), '{}') AS seats, coalesce(sum(c.away), 0) AS away FROM (
      SELECT c.seat_id, abs(c.position_index - w.position_index) AS away FROM ticket.performance_seats AS c
      WHERE c.tenant_id = tenant AND c.performance_id = performance AND c.seat_class_id = class AND c.companion
        AND c.section = w.section AND c.row_index = w.row_index
        AND ticket.is_free(c.ticket_id, c.blocked, c.hold_until, at)
        AND NOT EXISTS (
          SELECT FROM ticket.performance_seats AS o
          WHERE o.tenant_id = tenant AND o.performance_id = performance AND o.wheelchair
            AND o.section = c.section AND o.row_index = c.row_index
            AND (abs(o.position_index - c.position_index), o.position_index)
              < (abs(w.position_index - c.position_index), w.position_index))
      ORDER BY away, c.ordinal LIMIT companions) AS c) AS beside
  WHERE w.tenant_id = tenant AND w.performance_id = performance AND w.seat_class_id = class AND w.wheelchair
    AND ticket.is_free(w.ticket_id, w.blocked, w.hold_until, at) AND cardinality(beside.seats) = companions
  ORDER BY beside.away, w.quality_rank, w.ordinal LIMIT 1;
  RETURN QUERY
  SELECT s.* FROM ticket.claim_seats(tenant, performance, pick, hold, until, at) AS s;
END $$;

-- Keeps a hold longer. False when it has ended meanwhile.
CREATE OR REPLACE FUNCTION ticket.extend_hold(tenant uuid, performance uuid, hold uuid, seats uuid[], until timestamptz, at timestamptz)
RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  kept bigint;
BEGIN
  PERFORM FROM ticket.performance_seats AS s
  WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.seat_id = ANY (seats) ORDER BY s.seat_id FOR UPDATE;
  UPDATE ticket.performance_seats AS s SET hold_until = until
  WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.seat_id = ANY (seats) AND s.hold_id = hold;
  GET DIAGNOSTICS kept = ROW_COUNT;
  UPDATE ticket.holds AS h SET expires_at = until
  WHERE h.tenant_id = tenant AND h.id = hold AND h.state = 'active' AND h.expires_at > at AND kept = cardinality(seats);
  RETURN FOUND;
END $$;

-- Gives back what a hold keeps. False when it no longer keeps anything; the caller then rolls back.
CREATE OR REPLACE FUNCTION ticket.release_hold(tenant uuid, performance uuid, hold uuid, seats uuid[], pools uuid[], counts integer[])
RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF cardinality(pools) > 0 THEN
    PERFORM ticket.move_places(tenant, pools, counts, -1);
  END IF;
  PERFORM FROM ticket.performance_seats AS s
  WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.seat_id = ANY (seats) ORDER BY s.seat_id FOR UPDATE;
  UPDATE ticket.performance_seats AS s SET hold_id = NULL, hold_until = NULL
  WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.seat_id = ANY (seats) AND s.hold_id = hold;
  UPDATE ticket.holds AS h SET state = 'released' WHERE h.tenant_id = tenant AND h.id = hold AND h.state = 'active';
  RETURN FOUND;
END $$;

-- Moves the counters of pools and of every pool around them, in id order. Returns the first pool that is too full, having
-- changed nothing then.
CREATE OR REPLACE FUNCTION ticket.move_places(tenant uuid, pools uuid[], counts integer[], direction integer) RETURNS uuid
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  ids uuid[];
  needs bigint[];
  full_pool uuid;
BEGIN
  WITH RECURSIVE up AS (
    SELECT p.id, p.parent_id, w.n FROM unnest(pools, counts) AS w (id, n)
    JOIN ticket.pools AS p ON p.tenant_id = tenant AND p.id = w.id
    UNION ALL
    SELECT p.id, p.parent_id, up.n FROM up JOIN ticket.pools AS p ON p.tenant_id = tenant AND p.id = up.parent_id
  ), need AS (SELECT up.id, sum(up.n) AS n FROM up GROUP BY up.id)
  SELECT array_agg(need.id ORDER BY need.id), array_agg(need.n ORDER BY need.id) INTO ids, needs FROM need;
  PERFORM FROM ticket.pools AS p WHERE p.tenant_id = tenant AND p.id = ANY (ids) ORDER BY p.id FOR UPDATE;
  IF direction > 0 THEN
    SELECT p.id INTO full_pool FROM ticket.pools AS p JOIN unnest(ids, needs) AS w (id, n) ON w.id = p.id
    WHERE p.tenant_id = tenant AND p.taken + w.n > p.capacity ORDER BY p.id LIMIT 1;
    IF FOUND THEN
      RETURN full_pool;
    END IF;
  END IF;
  UPDATE ticket.pools AS p SET taken = p.taken + direction * w.n FROM unnest(ids, needs) AS w (id, n)
  WHERE p.tenant_id = tenant AND p.id = w.id;
  RETURN NULL;
END $$;

-- Takes back what expired holds and unpaid orders of a performance kept in its pools. What another transaction is working on at
-- this moment is left alone. Returns how many places came back.
CREATE OR REPLACE FUNCTION ticket.reclaim_places(tenant uuid, performance uuid, at timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  ids uuid[];
  counts integer[];
BEGIN
  PERFORM FROM ticket.pools AS p WHERE p.tenant_id = tenant AND p.performance_id = performance ORDER BY p.id FOR UPDATE;
  WITH dead AS (
    UPDATE ticket.holds AS h SET state = 'expired'
    WHERE h.tenant_id = tenant AND h.id IN (
      SELECT x.id FROM ticket.holds AS x
      WHERE x.tenant_id = tenant AND x.performance_id = performance AND x.state = 'active' AND x.expires_at <= at
      FOR UPDATE SKIP LOCKED)
    RETURNING h.id
  ), late AS (
    UPDATE ticket.orders AS o SET state = 'expired', version = o.version + 1
    WHERE o.tenant_id = tenant AND o.id IN (
      SELECT x.id FROM ticket.orders AS x
      WHERE x.tenant_id = tenant AND x.performance_id = performance AND x.state = 'awaiting_payment' AND x.due_at <= at
      FOR UPDATE SKIP LOCKED)
    RETURNING o.id
  ), freed AS (
    SELECT l.pool_id, l.quantity FROM ticket.hold_lines AS l JOIN dead ON l.tenant_id = tenant AND l.hold_id = dead.id
    WHERE l.pool_id IS NOT NULL
    UNION ALL
    SELECT l.pool_id, l.quantity FROM ticket.order_lines AS l JOIN late ON l.tenant_id = tenant AND l.order_id = late.id
    WHERE l.pool_id IS NOT NULL
  )
  SELECT array_agg(f.pool_id), array_agg(f.quantity) INTO ids, counts FROM freed AS f;
  IF ids IS NULL THEN
    RETURN 0;
  END IF;
  PERFORM ticket.move_places(tenant, ids, counts, -1);
  RETURN (SELECT sum(n) FROM unnest(counts) AS n);
END $$;

-- Takes places; when they are short, what has expired is taken back first and it is tried once more. Returns the pool that
-- stands against it, or nothing.
CREATE OR REPLACE FUNCTION ticket.take_places(tenant uuid, performance uuid, pools uuid[], counts integer[], at timestamptz) RETURNS uuid
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  full_pool uuid;
BEGIN
  IF cardinality(pools) = 1 THEN -- the hot case: one pool with none around it, one update
    UPDATE ticket.pools AS p SET taken = p.taken + counts[1]
    WHERE p.tenant_id = tenant AND p.performance_id = performance AND p.id = pools[1] AND p.parent_id IS NULL
      AND p.taken + counts[1] <= p.capacity;
    IF FOUND THEN
      RETURN NULL;
    END IF;
  END IF;
  BEGIN
    full_pool := ticket.move_places(tenant, pools, counts, 1);
    IF full_pool IS NULL THEN
      RETURN NULL;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'IT001'; -- lets the locks go, so that reclaiming takes its own in order
  EXCEPTION WHEN SQLSTATE 'IT001' THEN
    NULL;
  END;
  IF ticket.reclaim_places(tenant, performance, at) = 0 THEN
    RETURN full_pool;
  END IF;
  RETURN ticket.move_places(tenant, pools, counts, 1);
END $$;

-- Writes a hold with its lines, and takes its places last.
CREATE OR REPLACE FUNCTION ticket.write_hold(tenant uuid, hold uuid, performance uuid, sale_window uuid, secret bytea, at timestamptz,
  until timestamptz, until_at_most timestamptz, quoted jsonb, lines jsonb)
RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  pools uuid[];
  counts integer[];
BEGIN
  INSERT INTO ticket.holds (id, performance_id, sale_window_id, secret_hash, state, placed_at, expires_at, max_expires_at, quote)
  VALUES (hold, performance, sale_window, secret, 'active', at, until, until_at_most, quoted);
  INSERT INTO ticket.hold_lines (hold_id, line, kind, seat_id, pool_id, quantity, seat_class_id, ticket_type_id, type_code,
    place, unit_amount, tax, rule, label)
  SELECT hold, l.line, l.kind, l.seat_id, l.pool_id, l.quantity, l.seat_class_id, l.ticket_type_id, l.type_code, l.place, l.unit_amount,
    l.tax, l.rule, l.label
  FROM jsonb_to_recordset(lines) AS l (line integer, kind text, seat_id uuid, pool_id uuid, quantity integer, seat_class_id uuid,
    ticket_type_id uuid, type_code text, place text, unit_amount bigint, tax text, rule text, label text);
  SELECT array_agg(x.pool_id), array_agg(x.quantity) INTO pools, counts
  FROM jsonb_to_recordset(lines) AS x (pool_id uuid, quantity integer) WHERE x.pool_id IS NOT NULL;
  IF pools IS NULL THEN
    RETURN NULL;
  END IF;
  RETURN ticket.take_places(tenant, performance, pools, counts, at);
END $$;

-- Writes an order with its lines, and its tickets when it is paid.
CREATE OR REPLACE FUNCTION ticket.write_order(tenant uuid, ordered jsonb, lines jsonb, tickets jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  INSERT INTO ticket.orders (id, number, performance_id, hold_id, patron_id, channel, secret_hash, state, quantity, total, due_at,
    policy, placed_at, paid_at)
  SELECT o.id, o.number, o.performance_id, o.hold_id, o.patron_id, o.channel, decode(o.secret_hash, 'hex'), o.state, o.quantity,
    o.total, o.due_at, o.policy, o.placed_at, o.paid_at
  FROM jsonb_to_record(ordered) AS o (id uuid, number text, performance_id uuid, hold_id uuid, patron_id uuid, channel text,
    secret_hash text, state text, quantity integer, total bigint, due_at timestamptz, policy jsonb, placed_at timestamptz,
    paid_at timestamptz);
  INSERT INTO ticket.order_lines (id, order_id, line, kind, seat_id, pool_id, quantity, seat_class_id, ticket_type_id, type_code, place,
    unit_amount, tax, rule, label)
  SELECT l.id, (ordered ->> 'id')::uuid, l.line, l.kind, l.seat_id, l.pool_id, l.quantity, l.seat_class_id, l.ticket_type_id,
    l.type_code, l.place, l.unit_amount, l.tax, l.rule, l.label
  FROM jsonb_to_recordset(lines) AS l (id uuid, line integer, kind text, seat_id uuid, pool_id uuid, quantity integer,
    seat_class_id uuid, ticket_type_id uuid, type_code text, place text, unit_amount bigint, tax text, rule text, label text);
  PERFORM ticket.write_tickets(tenant, tickets);
END $$;

CREATE OR REPLACE FUNCTION ticket.write_tickets(tenant uuid, tickets jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF jsonb_array_length(tickets) = 0 THEN
    RETURN;
  END IF;
  INSERT INTO ticket.tickets (id, order_id, order_line_id, performance_id, seat_id, pool_id, seat_class_id, ticket_type_id, serial,
    label, type_code, enter_from, enter_until, issued_at)
  SELECT t.id, t.order_id, t.order_line_id, t.performance_id, t.seat_id, t.pool_id, t.seat_class_id, t.ticket_type_id, t.serial,
    t.label, t.type_code, t.enter_from, t.enter_until, t.issued_at
  FROM jsonb_to_recordset(tickets) AS t (id uuid, order_id uuid, order_line_id uuid, performance_id uuid, seat_id uuid, pool_id uuid,
    seat_class_id uuid, ticket_type_id uuid, serial bigint, label text, type_code text, enter_from timestamptz,
    enter_until timestamptz, issued_at timestamptz);
END $$;

-- Turns a hold into an order, once, exactly with the seats and places that it holds. False when the hold has ended meanwhile.
CREATE OR REPLACE FUNCTION ticket.order_hold(tenant uuid, hold uuid, performance uuid, seats uuid[], at timestamptz,
  ordered jsonb, lines jsonb, tickets jsonb)
RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  moved bigint;
BEGIN
  IF ticket.is_cancelled(tenant, performance) THEN
    RETURN false;
  END IF;
  IF cardinality(seats) > 0 THEN
    PERFORM FROM ticket.performance_seats AS s
    WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.seat_id = ANY (seats) ORDER BY s.seat_id FOR UPDATE;
    UPDATE ticket.performance_seats AS s
    SET order_id = (ordered ->> 'id')::uuid, hold_id = NULL, hold_until = (ordered ->> 'due_at')::timestamptz,
      ticket_id = t.id
    FROM unnest(seats) AS w (seat_id)
    LEFT JOIN jsonb_to_recordset(tickets) AS t (id uuid, seat_id uuid) ON t.seat_id = w.seat_id
    WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.seat_id = w.seat_id AND s.hold_id = hold;
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved < cardinality(seats) THEN
      RETURN false;
    END IF;
  END IF;
  UPDATE ticket.holds AS h SET state = 'converted'
  WHERE h.tenant_id = tenant AND h.id = hold AND h.state = 'active' AND h.expires_at > at;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM ticket.write_order(tenant, ordered, lines, tickets);
  RETURN true;
END $$;

-- Sells at once: the order, its lines and tickets, the claimed seats, and the places of pools last. Returns the pool that
-- stands against it, or nothing; the caller then rolls back.
CREATE OR REPLACE FUNCTION ticket.sell(tenant uuid, performance uuid, claim uuid, at timestamptz, ordered jsonb, lines jsonb, tickets jsonb)
RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  pools uuid[];
  counts integer[];
BEGIN
  PERFORM ticket.write_order(tenant, ordered, lines, tickets);
  UPDATE ticket.performance_seats AS s
  SET order_id = (ordered ->> 'id')::uuid, hold_id = NULL, hold_until = NULL, ticket_id = t.id
  FROM jsonb_to_recordset(tickets) AS t (id uuid, seat_id uuid)
  WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.seat_id = t.seat_id AND s.hold_id = claim;
  SELECT array_agg(x.pool_id), array_agg(x.quantity) INTO pools, counts
  FROM jsonb_to_recordset(lines) AS x (pool_id uuid, quantity integer) WHERE x.pool_id IS NOT NULL;
  IF pools IS NULL THEN
    RETURN NULL;
  END IF;
  RETURN ticket.take_places(tenant, performance, pools, counts, at);
END $$;

-- Makes an order paid and its tickets valid. Seats that were claimed by nobody since are taken again, and places of pools too when
-- the order had lost them. Changes nothing and returns false when something is no longer there; `orders` is locked by the caller.
CREATE OR REPLACE FUNCTION ticket.settle(tenant uuid, performance uuid, ordered uuid, seats uuid[], pools uuid[], counts integer[],
  at timestamptz, tickets jsonb)
RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  ours bigint;
BEGIN
  IF ticket.is_cancelled(tenant, performance) THEN
    RETURN false;
  END IF;
  IF cardinality(seats) > 0 THEN
    PERFORM FROM ticket.performance_seats AS s
    WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.seat_id = ANY (seats) ORDER BY s.seat_id FOR UPDATE;
    SELECT count(*) INTO ours FROM ticket.performance_seats AS s
    WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.seat_id = ANY (seats) AND s.ticket_id IS NULL
      AND (s.order_id = ordered OR ticket.is_free(s.ticket_id, s.blocked, s.hold_until, at));
    IF ours < cardinality(seats) THEN
      RETURN false;
    END IF;
  END IF;
  IF cardinality(pools) > 0 AND ticket.take_places(tenant, performance, pools, counts, at) IS NOT NULL THEN
    RETURN false;
  END IF;
  UPDATE ticket.performance_seats AS s SET order_id = ordered, hold_id = NULL, hold_until = NULL, ticket_id = t.id
  FROM jsonb_to_recordset(tickets) AS t (id uuid, seat_id uuid)
  WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.seat_id = t.seat_id;
  UPDATE ticket.orders AS o SET state = 'paid', paid_at = at, version = o.version + 1 WHERE o.tenant_id = tenant AND o.id = ordered;
  PERFORM ticket.write_tickets(tenant, tickets);
  RETURN true;
END $$;

-- Cancels an unpaid order and gives back what it keeps. `orders` is locked by the caller.
CREATE OR REPLACE FUNCTION ticket.cancel_unpaid(tenant uuid, performance uuid, ordered uuid, seats uuid[], pools uuid[], counts integer[],
  at timestamptz)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  IF cardinality(pools) > 0 THEN
    PERFORM ticket.move_places(tenant, pools, counts, -1);
  END IF;
  PERFORM FROM ticket.performance_seats AS s
  WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.seat_id = ANY (seats) ORDER BY s.seat_id FOR UPDATE;
  UPDATE ticket.performance_seats AS s SET order_id = NULL, hold_until = NULL
  WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.seat_id = ANY (seats) AND s.order_id = ordered
    AND s.ticket_id IS NULL;
  UPDATE ticket.orders AS o SET state = 'cancelled', cancelled_at = at, version = o.version + 1
  WHERE o.tenant_id = tenant AND o.id = ordered;
END $$;

-- Makes tickets of one order void. Their seats and places are for sale again at once; with a reason in `off_sale` the seats are
-- blocked instead and the places leave their pools. The caller has the order's row and the tickets' rows.
CREATE OR REPLACE FUNCTION ticket.void_tickets(tenant uuid, performance uuid, ordered uuid, ids uuid[], cause text, note text,
  off_sale text, at timestamptz)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  pools uuid[];
  counts integer[];
  seats uuid[];
BEGIN
  UPDATE ticket.tickets AS t SET voided_at = at, void_cause = cause, void_note = note
  WHERE t.tenant_id = tenant AND t.id = ANY (ids);
  UPDATE ticket.orders AS o SET voided = o.voided + cardinality(ids), version = o.version + 1
  WHERE o.tenant_id = tenant AND o.id = ordered;
  SELECT array_agg(g.pool_id), array_agg(g.n) INTO pools, counts FROM (
    SELECT t.pool_id, count(*)::integer AS n FROM ticket.tickets AS t
    WHERE t.tenant_id = tenant AND t.id = ANY (ids) AND t.pool_id IS NOT NULL GROUP BY t.pool_id) AS g;
  IF pools IS NOT NULL THEN
    PERFORM ticket.move_places(tenant, pools, counts, -1);
    IF off_sale IS NOT NULL THEN -- the rows are locked by now
      WITH RECURSIVE up AS (
        SELECT p.id, p.parent_id, w.n FROM unnest(pools, counts) AS w (id, n)
        JOIN ticket.pools AS p ON p.tenant_id = tenant AND p.id = w.id
        UNION ALL
        SELECT p.id, p.parent_id, up.n FROM up JOIN ticket.pools AS p ON p.tenant_id = tenant AND p.id = up.parent_id
      ), gone AS (SELECT up.id, sum(up.n) AS n FROM up GROUP BY up.id)
      UPDATE ticket.pools AS p SET capacity = p.capacity - g.n FROM gone AS g WHERE p.tenant_id = tenant AND p.id = g.id;
    END IF;
  END IF;
  SELECT array_agg(t.seat_id) INTO seats FROM ticket.tickets AS t
  WHERE t.tenant_id = tenant AND t.id = ANY (ids) AND t.seat_id IS NOT NULL;
  IF seats IS NOT NULL THEN
    PERFORM FROM ticket.performance_seats AS s
    WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.seat_id = ANY (seats) ORDER BY s.seat_id FOR UPDATE;
    UPDATE ticket.performance_seats AS s SET ticket_id = NULL, order_id = NULL, hold_id = NULL, hold_until = NULL, blocked = off_sale
    WHERE s.tenant_id = tenant AND s.performance_id = performance AND s.seat_id = ANY (seats) AND s.ticket_id = ANY (ids);
  END IF;
END $$;

GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ticket TO svc_ticket;
