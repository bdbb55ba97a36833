-- What a tenant says instead of the house's own words. A version never changes; the newest of a kind and language counts. One
-- without words means: the house's own again.
CREATE TABLE notice.wordings (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  kind text NOT NULL,
  locale text NOT NULL,
  version integer NOT NULL,
  subject text,
  body text,
  created_at timestamptz NOT NULL,
  CONSTRAINT wordings_pkey PRIMARY KEY (tenant_id, kind, locale, version),
  CONSTRAINT wordings_locale CHECK (locale IN ('ja', 'en')),
  CONSTRAINT wordings_version CHECK (version >= 1),
  CONSTRAINT wordings_whole CHECK ((subject IS NULL) = (body IS NULL)),
  -- a line break would end the header
  CONSTRAINT wordings_subject CHECK (subject <> '' AND subject !~ '[[:cntrl:]]')
);
SELECT tenancy.protect('notice.wordings', 'service data', 'svc_core:SI,svc_course:S');

-- Which version a message was made from; 0: nobody had ever changed the house's own words. Absent: it has fixed words.
ALTER TABLE notice.messages ADD COLUMN wording_version integer;
