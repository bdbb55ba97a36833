-- Prices that were told before a line said so itself: who is not charged a joining fee because they have joined is a member. What a
-- price rule of the class calls so is the class's own.
ALTER TABLE course.applications NO FORCE ROW LEVEL SECURITY;
ALTER TABLE course.classes NO FORCE ROW LEVEL SECURITY;

UPDATE course.applications AS a
  SET price = (SELECT jsonb_agg(CASE WHEN l.line @> '{"kind": "joining", "rule": "入会済み", "charged": 0}'
      THEN l.line || '{"member": true}' ELSE l.line END ORDER BY l.place)
    FROM jsonb_array_elements(a.price) WITH ORDINALITY AS l (line, place))
  FROM course.classes AS c
  WHERE c.tenant_id = a.tenant_id AND c.id = a.class_id
    AND a.price @> '[{"kind": "joining", "rule": "入会済み", "charged": 0}]'
    AND NOT coalesce(c.rules -> 'prices' @> '[{"label": "入会済み", "fees": ["joining"]}]', false);

ALTER TABLE course.classes FORCE ROW LEVEL SECURITY;
ALTER TABLE course.applications FORCE ROW LEVEL SECURITY;
