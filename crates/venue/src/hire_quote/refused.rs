//! Why there is no quote.

use db::Fault;
use kernel::{
    Refusal, Refuse,
    ids::{EquipmentId, RoomId},
};
use serde_json::json;
use tariff::hire::ChargeError;
use time::Date;

use crate::{catalogue::CatalogueError, plan::TimeError, problems, span::Span};

/// A room that another is never hired without, and that is not there at its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingRoom {
    /// The use that needs it, by its place in the ask; none where that was let already.
    pub at: Option<usize>,
    /// The room that needs it, and when.
    pub room: RoomId,
    pub during: Span,
    pub required: RoomId,
    /// How that is hired: `slots`, `grid` or `day`.
    pub time_unit: String,
}

impl MissingRoom {
    fn refusal(&self) -> Refusal {
        let refusal = problems::QUOTE_ATTACHED
            .refuse()
            .fact("required", self.required.to_string())
            .fact("time_unit", self.time_unit.as_str())
            .fact("room", self.room.to_string())
            .fact("starts_at", kernel::clock::written(self.during.from()))
            .fact("ends_at", kernel::clock::written(self.during.until()));
        self.at.iter().fold(refusal, |refusal, at| refusal.fact("use", *at))
    }
}

/// Why there is no quote.
#[derive(Debug, thiserror::Error)]
pub enum QuoteError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("there is no such room")]
    NoSuchRoom { at: usize },
    #[error("use {at}: {error}")]
    Time { at: usize, error: TimeError },
    #[error("the room is not hired for that")]
    Purpose { at: usize, purposes: Vec<String> },
    #[error("the room is hired at the counter")]
    Counter { at: usize },
    #[error("uses {one} and {other} want the same part at the same time")]
    Overlap { one: usize, other: usize },
    #[error("the room is never hired without another")]
    Attached(Box<MissingRoom>),
    #[error("there is no such equipment, or not as much")]
    Equipment { at: usize, item: EquipmentId, most: Option<i32> },
    #[error("an item is named twice")]
    EquipmentTwice { at: usize, item: EquipmentId },
    #[error("the quote is for somebody else, or for who counts as something else")]
    OtherPatron,
    #[error("no version of the tariff applies on {day}")]
    NoTariff { day: Date, periods: Vec<(Date, Option<Date>)> },
    #[error("several versions of the tariff apply")]
    SeveralTariffs,
    #[error(transparent)]
    Price(#[from] ChargeError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<CatalogueError> for QuoteError {
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::Fault(fault) => Self::Fault(fault),
            _ => Self::Absent,
        }
    }
}

impl Refuse for QuoteError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::NoSuchRoom { at } => problems::QUOTE_ROOM.refuse().fact("use", *at),
            Self::Time { at, error } => error.refusal().fact("use", *at),
            Self::Purpose { at, purposes } => {
                problems::QUOTE_PURPOSE.refuse().fact("use", *at).fact("purposes", purposes.clone())
            }
            Self::Counter { at } => problems::QUOTE_COUNTER.refuse().fact("use", *at),
            Self::Overlap { one, other } => problems::QUOTE_OVERLAP.refuse().fact("uses", vec![*one, *other]),
            Self::EquipmentTwice { at, item } => {
                problems::QUOTE_EQUIPMENT_TWICE.refuse().fact("use", *at).fact("equipment", item.to_string())
            }
            Self::Attached(missing) => missing.refusal(),
            Self::Equipment { at, item, most } => {
                let refusal = problems::QUOTE_EQUIPMENT.refuse().fact("use", *at).fact("equipment", item.to_string());
                most.iter().fold(refusal, |refusal, most| refusal.fact("most", *most))
            }
            Self::NoTariff { day, periods } => {
                let period = |(from, until): &(Date, Option<Date>)| {
                    let mut told = json!({ "effective_from": from.to_string() });
                    if let (Some(until), Some(told)) = (until, told.as_object_mut()) {
                        told.insert("effective_until".to_owned(), until.to_string().into());
                    }
                    told
                };
                let periods: Vec<_> = periods.iter().map(period).collect();
                problems::TARIFF_NONE.refuse().fact("day", day.to_string()).fact("periods", periods)
            }
            Self::OtherPatron => problems::QUOTE_PATRON.refuse(),
            Self::SeveralTariffs => problems::TARIFF_SEVERAL.refuse(),
            Self::Price(error) => problems::TARIFF_GAP.refuse().fact("reason", error.to_string()),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}
