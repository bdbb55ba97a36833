//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::*;
use serde::Serialize;

/// A price list was made; it counts from now on.
#[derive(Debug, Serialize)]
pub struct PriceListCreated {
    pub price_list: PriceListId,
    pub production: ProductionId,
    pub prices: usize,
}

impl Event for PriceListCreated {
    const NAME: &'static str = "ticket.price_list.created";

    fn subject(&self) -> Subject {
        Subject::new("price_list", self.price_list)
    }
}
