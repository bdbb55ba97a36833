//! Operations on bills, payments and refunds.

mod access;
mod bills;
mod ledger;
mod payments;
mod returns;
mod wire;

pub use bills::Bills;
pub use ledger::Ledger;
pub use payments::Payments;

use crate::Desk;

/// Every operation of this chapter.
pub type Operations = (Bills, Ledger, Payments);

/// Every operation with the desk it works at.
pub fn operations(desk: &Desk) -> Operations {
    (Bills::new(desk.clone()), Ledger::new(desk.clone()), Payments::new(desk.clone()))
}
