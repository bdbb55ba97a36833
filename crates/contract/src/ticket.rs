//! The ticket office on the wire.

pub mod admission;
pub mod hold;
pub mod issued;
pub mod order;
pub mod stock;
