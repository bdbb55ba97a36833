//! `/v1/ticket`: the ticket office.

pub mod admissions;
pub mod blocks;
pub mod catalogue;
pub mod holds;
pub mod keys;
pub mod orders;
pub mod pools;
pub mod snapshot;
pub mod stock;
pub mod tickets;
pub mod wire;

use crate::Desk;

/// The operations of this chapter.
pub type Operations = (
    catalogue::Operations,
    stock::Stock,
    blocks::Blocks,
    pools::Pools,
    holds::Holds,
    orders::Orders,
    orders::Sales,
    tickets::Tickets,
    admissions::Admissions,
    keys::TicketKeys,
);

/// The operations of this chapter with the desk they work at.
pub fn operations(desk: &Desk) -> Operations {
    (
        catalogue::operations(desk),
        stock::Stock::new(desk.clone()),
        blocks::Blocks::new(desk.clone()),
        pools::Pools::new(desk.clone()),
        holds::Holds::new(desk.clone()),
        orders::Orders::new(desk.clone()),
        orders::Sales::new(desk.clone()),
        tickets::Tickets::new(desk.clone()),
        admissions::Admissions::new(desk.clone()),
        keys::TicketKeys::new(desk.clone()),
    )
}
