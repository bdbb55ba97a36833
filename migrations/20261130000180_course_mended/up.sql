-- Three steps before this one were to carry something over, and the owner, who sees rows of no tenant, carried nothing.
ALTER TABLE course.places NO FORCE ROW LEVEL SECURITY;
ALTER TABLE course.applications NO FORCE ROW LEVEL SECURITY;
ALTER TABLE course.draws NO FORCE ROW LEVEL SECURITY;

-- Whoever is undecided comes before whoever asks later. Who waits at this moment was put in line as if nobody were, and stays before them.
UPDATE course.places AS p SET undecided = n.undecided,
    undecided_after = CASE WHEN n.undecided > 0 THEN coalesce(p.undecided_after, p.waiting_number) END
  FROM (SELECT o.tenant_id, o.class_id, count(a.id) AS undecided FROM course.places AS o
        LEFT JOIN course.applications AS a ON a.tenant_id = o.tenant_id AND a.class_id = o.class_id
          AND a.state IN ('entered', 'screening')
        GROUP BY o.tenant_id, o.class_id) AS n
  WHERE n.tenant_id = p.tenant_id AND n.class_id = p.class_id AND p.undecided <> n.undecided;

-- What a party was judged by was dropped, and with it whether a paper of it is to be seen: the staff looks at whoever is still to be
-- decided or to pay, and has them judged again.
UPDATE course.applications SET to_verify = true
  WHERE snapshot IS NULL AND NOT to_verify AND state IN ('screening', 'entered', 'waitlisted', 'offered', 'payment_due');

-- A draw for which a public value is named is published by whoever brings it.
UPDATE course.draws SET awaits_value = true WHERE NOT awaits_value AND rules ? 'beacon';

ALTER TABLE course.draws FORCE ROW LEVEL SECURITY;
ALTER TABLE course.applications FORCE ROW LEVEL SECURITY;
ALTER TABLE course.places FORCE ROW LEVEL SECURITY;
