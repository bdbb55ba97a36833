//! What the journal says.

use kernel::ids::RoomId;

crate::catalogue::events!(
    "room",
    room: RoomId,
    RoomCreated = "venue.room.created",
    RoomChanged = "venue.room.changed"
);
