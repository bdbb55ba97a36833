//! Operations on bills, payments and refunds.

mod access;
mod bills;
mod payments;
mod wire;

pub use bills::Bills;
pub use payments::Payments;
