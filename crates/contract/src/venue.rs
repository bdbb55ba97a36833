//! Hall hire on the wire.

pub mod calendar;
pub mod calendar_feed;
pub mod closure;
pub mod equipment;
pub mod facility;
pub mod hire;
pub mod opening;
pub mod purpose;
pub mod reduction;
pub mod report;
pub mod revocation;
pub mod room;
pub mod slot_set;
pub mod tariff;
pub mod tariff_document;
pub mod usage;
