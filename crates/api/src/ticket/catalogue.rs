//! What may be sold: halls and their seats, productions and their performances, classes, types, prices, sale windows.

pub mod halls;
pub mod performances;
pub mod plans;
pub mod price_lists;
pub mod productions;
pub mod sale_windows;
pub mod seat_classes;
pub mod ticket_types;
pub mod wire;

use crate::Desk;

/// The operations of the catalogue.
pub type Operations = (
    halls::Halls,
    plans::SeatingPlans,
    productions::Productions,
    performances::Performances,
    seat_classes::SeatClasses,
    ticket_types::TicketTypes,
    price_lists::PriceLists,
    sale_windows::SaleWindows,
);

/// The operations of the catalogue with the desk they work at.
pub fn operations(desk: &Desk) -> Operations {
    (
        halls::Halls::new(desk.clone()),
        plans::SeatingPlans::new(desk.clone()),
        productions::Productions::new(desk.clone()),
        performances::Performances::new(desk.clone()),
        seat_classes::SeatClasses::new(desk.clone()),
        ticket_types::TicketTypes::new(desk.clone()),
        price_lists::PriceLists::new(desk.clone()),
        sale_windows::SaleWindows::new(desk.clone()),
    )
}
