//! `/v1/venue`: hall hire.

pub mod calendar;
pub mod closures;
pub mod equipment;
pub mod facilities;
pub mod rooms;
pub mod slot_sets;
pub mod wire;

use crate::Desk;

/// The operations of this chapter.
pub type Operations = (
    facilities::Facilities,
    rooms::Rooms,
    slot_sets::SlotSets,
    equipment::EquipmentItems,
    closures::Closures,
    calendar::Calendar,
);

/// The operations of this chapter with the desk they work at.
pub fn operations(desk: &Desk) -> Operations {
    (
        facilities::Facilities::new(desk.clone()),
        rooms::Rooms::new(desk.clone()),
        slot_sets::SlotSets::new(desk.clone()),
        equipment::EquipmentItems::new(desk.clone()),
        closures::Closures::new(desk.clone()),
        calendar::Calendar::new(desk.clone()),
    )
}
