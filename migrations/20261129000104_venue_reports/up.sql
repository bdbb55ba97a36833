-- What reports group by, kept where they read it.
ALTER TABLE venue.hires ADD COLUMN purpose text;
-- what each use of the quote has of its total, yen, in their order
ALTER TABLE venue.hire_quotes ADD COLUMN shares bigint[];

-- the owner sees rows of no tenant, and these are everybody's
ALTER TABLE venue.hires NO FORCE ROW LEVEL SECURITY;
ALTER TABLE venue.hire_holds NO FORCE ROW LEVEL SECURITY;
ALTER TABLE venue.hire_quotes NO FORCE ROW LEVEL SECURITY;
ALTER TABLE venue.hire_applications NO FORCE ROW LEVEL SECURITY;
UPDATE venue.hires AS h SET purpose = q.ask::jsonb #>> ARRAY['uses', h.place::text, 'purpose']
  FROM venue.hire_holds AS o
  LEFT JOIN venue.hire_applications AS a ON a.tenant_id = o.tenant_id AND a.hold_id = o.id
  JOIN venue.hire_quotes AS q ON q.tenant_id = o.tenant_id AND q.id = coalesce(a.quote_id, o.quote_id)
  WHERE o.tenant_id = h.tenant_id AND o.id = h.hold_id;
ALTER TABLE venue.hire_applications FORCE ROW LEVEL SECURITY;
ALTER TABLE venue.hire_quotes FORCE ROW LEVEL SECURITY;
ALTER TABLE venue.hire_holds FORCE ROW LEVEL SECURITY;
ALTER TABLE venue.hires FORCE ROW LEVEL SECURITY;
