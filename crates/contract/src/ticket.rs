//! The ticket office on the wire.

pub mod admission;
pub mod block;
pub mod hall;
pub mod hold;
pub mod issued;
pub mod order;
pub mod performance;
pub mod plan;
pub mod price;
pub mod production;
pub mod stock;
pub mod window;
