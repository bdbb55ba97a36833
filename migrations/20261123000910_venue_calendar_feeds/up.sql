-- 予定表の配信: whoever has the token reads what a room is hired for, by its public titles. Only its hash is kept.
CREATE TABLE venue.calendar_feeds (
  tenant_id uuid NOT NULL DEFAULT tenancy.current_tenant(),
  id uuid NOT NULL,
  room_id uuid NOT NULL,
  -- who it was given to, in the words of the house
  name text NOT NULL,
  token_hash text NOT NULL,
  created_at timestamptz NOT NULL,
  -- since when this token is good
  issued_at timestamptz NOT NULL,
  revoked_at timestamptz,
  CONSTRAINT calendar_feeds_pkey PRIMARY KEY (tenant_id, id),
  CONSTRAINT calendar_feeds_room FOREIGN KEY (tenant_id, room_id) REFERENCES venue.rooms (tenant_id, id),
  CONSTRAINT calendar_feeds_token UNIQUE (tenant_id, token_hash),
  CONSTRAINT calendar_feeds_given CHECK (name <> '' AND length(token_hash) = 64)
);
CREATE INDEX calendar_feeds_of_room ON venue.calendar_feeds (tenant_id, room_id, id);
SELECT tenancy.protect('venue.calendar_feeds', 'service data', 'svc_venue:SIU');
