-- Who hires a room: everybody, or only who is registered when they ask for it.
ALTER TABLE venue.rooms ADD COLUMN open_to text NOT NULL DEFAULT 'everybody',
  ADD CONSTRAINT rooms_open_to CHECK (open_to IN ('everybody', 'registered'));
