//! Operations on bills, payments, transfers, refunds and documents.

mod access;
mod bills;
mod document_wire;
mod documents;
mod issuers;
mod ledger;
mod payments;
mod returns;
mod transfer_wire;
mod transfers;
pub(crate) mod wire;

pub use bills::Bills;
pub use documents::Documents;
pub use issuers::Issuers;
pub use ledger::Ledger;
pub use payments::Payments;
pub use transfers::Transfers;

use crate::Desk;

/// Every operation of this chapter.
pub type Operations = (Bills, Documents, Issuers, Ledger, Payments, Transfers);

/// Every operation with the desk it works at.
pub fn operations(desk: &Desk) -> Operations {
    (
        Bills::new(desk.clone()),
        Documents::new(desk.clone()),
        Issuers::new(desk.clone()),
        Ledger::new(desk.clone()),
        Payments::new(desk.clone()),
        Transfers::new(desk.clone()),
    )
}
