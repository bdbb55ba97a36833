//! One line of what is held or ordered: which seat or how many places, for whom, at which price and by which rule.

use kernel::{
    Yen,
    ids::{OrderLineId, PoolId, SeatClassId, SeatId, TicketTypeId},
};
use serde::{Deserialize, Serialize};
use tariff::{LineKind, TaxRate};

/// The rule of the fee that is charged for each ticket.
pub const FEE_PER_TICKET: &str = "fee:service";

/// A line with the price it was quoted at. It never changes: a new price is a new hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Only a line of an order has one.
    #[serde(with = "stored_option", default)]
    pub id: Option<OrderLineId>,
    /// 0-based place in the document.
    pub line: i32,
    pub kind: LineKind,
    #[serde(with = "stored_option", default, rename = "seat_id")]
    pub seat: Option<SeatId>,
    #[serde(with = "stored_option", default, rename = "pool_id")]
    pub pool: Option<PoolId>,
    pub quantity: i32,
    #[serde(with = "stored_option", default, rename = "seat_class_id")]
    pub seat_class: Option<SeatClassId>,
    #[serde(with = "stored_option", default, rename = "ticket_type_id")]
    pub ticket_type: Option<TicketTypeId>,
    /// 券種 in short, as the ticket carries it.
    #[serde(default)]
    pub type_code: Option<String>,
    /// 座席番号 or the name of the pool, as the ticket prints it.
    #[serde(default)]
    pub place: Option<String>,
    /// Yen for one, tax included.
    pub unit_amount: Yen,
    pub tax: TaxRate,
    /// Which price list or fee the amount comes from.
    pub rule: String,
    /// What a bill prints.
    pub label: String,
}

impl Line {
    /// Yen for all of the line, tax included.
    pub fn amount(&self) -> Yen {
        self.unit_amount.times(i64::from(self.quantity)).unwrap_or(Yen(i64::MAX))
    }

    /// How many tickets come of it.
    pub fn tickets(&self) -> i32 {
        match self.kind {
            LineKind::Sale => self.quantity,
            LineKind::Fee => 0,
        }
    }
}

/// Yen for all lines, tax included.
pub fn total(lines: &[Line]) -> Yen {
    lines.iter().map(Line::amount).sum()
}

/// How many tickets come of the lines.
pub fn tickets(lines: &[Line]) -> i32 {
    lines.iter().map(Line::tickets).sum()
}

/// The seats that the lines name.
pub fn seats(lines: &[Line]) -> Vec<SeatId> {
    lines.iter().filter_map(|line| line.seat).collect()
}

/// The pools that the lines take from, and how many places of each.
pub fn places(lines: &[Line]) -> (Vec<PoolId>, Vec<i32>) {
    lines.iter().filter_map(|line| Some((line.pool?, line.quantity))).unzip()
}

/// Ids in stored JSON are bare uuids.
pub(crate) mod stored {
    use kernel::{Id, ids::Kind};
    use serde::{Deserialize, Deserializer};

    pub fn deserialize<'de, K: Kind, D: Deserializer<'de>>(deserializer: D) -> Result<Id<K>, D::Error> {
        uuid::Uuid::deserialize(deserializer).map(Id::from_uuid)
    }
}

pub(crate) mod stored_option {
    use kernel::{Id, ids::Kind};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<K: Kind, S: Serializer>(id: &Option<Id<K>>, serializer: S) -> Result<S::Ok, S::Error> {
        id.map(Id::uuid).serialize(serializer)
    }

    pub fn deserialize<'de, K: Kind, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Id<K>>, D::Error> {
        Ok(Option::<uuid::Uuid>::deserialize(deserializer)?.map(Id::from_uuid))
    }
}
