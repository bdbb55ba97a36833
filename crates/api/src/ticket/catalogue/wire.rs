//! Between the wire and the catalogue: plain translations.

mod halls;
mod prices;
mod productions;
mod windows;

pub use halls::{charset, hall, hall_change, hall_draft, plan_file, plan_seats, plan_version, seating_plan};
pub use prices::{
    price_list, price_list_draft, seat_class, seat_class_change, seat_class_draft, ticket_type, ticket_type_change,
    ticket_type_draft,
};
pub use productions::{
    class_rules, performance, performance_change, performance_draft, production, production_change, production_draft,
};
pub use windows::{sale_window, sale_window_change, sale_window_draft};

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
