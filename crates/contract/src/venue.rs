//! Hall hire on the wire.

pub mod calendar;
pub mod closure;
pub mod equipment;
pub mod facility;
pub mod room;
pub mod slot_set;
