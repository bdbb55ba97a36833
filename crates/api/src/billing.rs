//! Operations on bills, payments, transfers and refunds.

mod access;
mod bills;
mod ledger;
mod payments;
mod returns;
mod transfer_wire;
mod transfers;
mod wire;

pub use bills::Bills;
pub use ledger::Ledger;
pub use payments::Payments;
pub use transfers::Transfers;

use crate::Desk;

/// Every operation of this chapter.
pub type Operations = (Bills, Ledger, Payments, Transfers);

/// Every operation with the desk it works at.
pub fn operations(desk: &Desk) -> Operations {
    (Bills::new(desk.clone()), Ledger::new(desk.clone()), Payments::new(desk.clone()), Transfers::new(desk.clone()))
}
