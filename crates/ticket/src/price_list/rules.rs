//! What makes a list of prices sound.

use std::collections::HashSet;

use kernel::ids::{SeatClassId, TicketTypeId};

use super::PriceDraft;

/// The first pair that is priced more than once.
pub fn priced_twice(prices: &[PriceDraft]) -> Option<(SeatClassId, TicketTypeId)> {
    let mut seen = HashSet::new();
    prices.iter().map(|price| (price.seat_class, price.ticket_type)).find(|pair| !seen.insert(*pair))
}

#[cfg(test)]
mod tests {
    use kernel::Yen;
    use uuid::Uuid;

    use super::*;

    fn price(class: u128, kind: u128) -> PriceDraft {
        PriceDraft {
            seat_class: SeatClassId::from_uuid(Uuid::from_u128(class)),
            ticket_type: TicketTypeId::from_uuid(Uuid::from_u128(kind)),
            amount: Yen(1000),
            tax_rate: "standard",
        }
    }

    #[test]
    fn a_pair_is_priced_once() {
        assert_eq!(priced_twice(&[price(1, 1), price(1, 2), price(2, 1)]), None);
        assert!(priced_twice(&[price(1, 1), price(2, 1), price(1, 1)]).is_some());
    }
}
