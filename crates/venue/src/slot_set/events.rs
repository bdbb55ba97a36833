//! What the journal says.

use kernel::ids::SlotSetId;

crate::catalogue::events!(
    "slot_set",
    slot_set: SlotSetId,
    SlotSetCreated = "venue.slot_set.created",
    SlotSetChanged = "venue.slot_set.changed"
);
