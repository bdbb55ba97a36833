//! `/v1/venue`: hall hire.

pub mod applications;
pub mod calendar;
pub mod calendar_feeds;
pub mod calendar_layers;
pub mod charges;
pub mod closures;
pub mod equipment;
pub mod facilities;
pub mod hires;
pub mod holds;
pub mod holidays;
pub mod lapsing;
pub mod letters;
pub mod money;
mod moves;
pub mod otherwise;
pub mod purposes;
pub mod quotes;
pub mod reports;
pub mod rooms;
pub mod slot_sets;
pub mod tariffs;
mod whom;
pub mod wire;

use crate::Desk;

/// The operations of this chapter.
pub type Operations = (Catalogue, Times, Hiring);

type Catalogue =
    (facilities::Facilities, purposes::Purposes, rooms::Rooms, slot_sets::SlotSets, equipment::EquipmentItems);

type Times = (
    holidays::HolidayDays,
    calendar_layers::CalendarLayers,
    closures::Closures,
    calendar::Calendar,
    calendar_feeds::CalendarFeeds,
    calendar_feeds::RoomCalendars,
);

type Hiring = (
    tariffs::Tariffs,
    quotes::Quotes,
    holds::Holds,
    applications::Applications,
    charges::Charges,
    hires::Hires,
    hires::PermitChecks,
    reports::Reports,
);

/// The operations of this chapter with the desk they work at.
pub fn operations(desk: &Desk) -> Operations {
    let desk = || desk.clone();
    (
        (
            facilities::Facilities::new(desk()),
            purposes::Purposes::new(desk()),
            rooms::Rooms::new(desk()),
            slot_sets::SlotSets::new(desk()),
            equipment::EquipmentItems::new(desk()),
        ),
        (
            holidays::HolidayDays::new(desk()),
            calendar_layers::CalendarLayers::new(desk()),
            closures::Closures::new(desk()),
            calendar::Calendar::new(desk()),
            calendar_feeds::CalendarFeeds::new(desk()),
            calendar_feeds::RoomCalendars::new(desk()),
        ),
        (
            tariffs::Tariffs::new(desk()),
            quotes::Quotes::new(desk()),
            holds::Holds::new(desk()),
            applications::Applications::new(desk()),
            charges::Charges::new(desk()),
            hires::Hires::new(desk()),
            hires::PermitChecks::new(desk()),
            reports::Reports::new(desk()),
        ),
    )
}
