//! What the journal says.

use kernel::ids::EquipmentId;

crate::catalogue::events!(
    "equipment",
    equipment: EquipmentId,
    EquipmentCreated = "venue.equipment.created",
    EquipmentChanged = "venue.equipment.changed"
);
