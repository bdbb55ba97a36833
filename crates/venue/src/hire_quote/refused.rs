//! Why there is no quote.

use db::Fault;
use kernel::{
    Refusal, Refuse,
    ids::{EquipmentId, RoomId},
};
use serde_json::{Map, Value, json};
use tariff::hire::{ChargeError, DayOfUse};
use time::Date;

use super::EndedRegistration;
use crate::{catalogue::CatalogueError, plan::TimeError, problems, span::Span};

/// From when until when a version of a tariff is in force, and which day decides that: `use_date` or `application_date`.
pub type Period = (Date, Option<Date>, String);

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
    #[error("a room that stays is not hired out by itself")]
    LeftAlone { room: RoomId, during: Span },
    #[error("there is no such equipment, or not as much")]
    Equipment { at: usize, item: EquipmentId, most: Option<i32> },
    #[error("an item is named twice")]
    EquipmentTwice { at: usize, item: EquipmentId },
    #[error("the quote is for somebody else, or for who counts as something else")]
    OtherPatron,
    /// With the registration that ended last.
    #[error("the room is for who is registered")]
    Unregistered { at: usize, ended: Option<EndedRegistration> },
    #[error("it is priced by a registration that ended at {}", .0.at)]
    Ended(EndedRegistration),
    #[error("no version of the tariff applies on {day}")]
    NoTariff { day: Date, periods: Vec<Period> },
    /// Uses from a day on, by their places in the ask, fall under another version than those before.
    #[error("another version of the tariff applies from {from} on")]
    SeveralTariffs { from: Date, uses: Vec<usize>, periods: Vec<Period> },
    /// Of the use in this place of the ask; none where no single one is to blame.
    #[error("{error}")]
    Price { at: Option<usize>, error: ChargeError },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<ChargeError> for QuoteError {
    fn from(error: ChargeError) -> Self {
        Self::Price { at: None, error }
    }
}

impl QuoteError {
    /// Of an ask of which only the uses in these places changed: by the places among those.
    pub(crate) fn of_changes(self, places: &[usize]) -> Self {
        let changed = |place: usize| places.iter().position(|one| *one == place);
        match self {
            Self::Price { at, error } => Self::Price { at: at.and_then(changed), error },
            other => other,
        }
    }
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
            Self::LeftAlone { room, during } => problems::QUOTE_LEFT_ALONE
                .refuse()
                .fact("room", room.to_string())
                .fact("starts_at", kernel::clock::written(during.from()))
                .fact("ends_at", kernel::clock::written(during.until())),
            Self::Equipment { at, item, most } => {
                let refusal = problems::QUOTE_EQUIPMENT.refuse().fact("use", *at).fact("equipment", item.to_string());
                most.iter().fold(refusal, |refusal, most| refusal.fact("most", *most))
            }
            Self::NoTariff { day, periods } => {
                problems::TARIFF_NONE.refuse().fact("day", day.to_string()).fact("periods", told(periods))
            }
            Self::OtherPatron => problems::QUOTE_PATRON.refuse(),
            Self::Unregistered { at, ended: None } => problems::REGISTRATION_REQUIRED.refuse().fact("use", *at),
            Self::Unregistered { at, ended: Some(ended) } => ended.refusal().fact("use", *at),
            Self::Ended(ended) => ended.refusal(),
            Self::SeveralTariffs { from, uses, periods } => problems::TARIFF_SEVERAL
                .refuse()
                .fact("from", from.to_string())
                .fact("uses", uses.clone())
                .fact("periods", told(periods)),
            Self::Price { at, error } => gap(*at, error),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Days on which versions of a tariff are in force, and by which day that goes.
fn told(periods: &[Period]) -> Vec<Value> {
    let period = |(from, until, applies_by): &Period| {
        let mut told = json!({ "effective_from": from.to_string(), "applies_by": applies_by });
        if let (Some(until), Some(told)) = (until, told.as_object_mut()) {
            told.insert("effective_until".to_owned(), until.to_string().into());
        }
        told
    };
    periods.iter().map(period).collect()
}

fn day_told(day: &DayOfUse) -> Value {
    let mut told = json!({ "date": day.date.to_string(), "day_class": day.day_class.as_str() });
    if let (Some(season), Some(told)) = (&day.season, told.as_object_mut()) {
        told.insert("season".to_owned(), season.as_str().into());
    }
    told
}

/// What the tariff does not say, of which use, and in which of its components.
fn gap(at: Option<usize>, error: &ChargeError) -> Refusal {
    let refusal = match error {
        ChargeError::DaysDiffer { .. } => problems::QUOTE_DAYS.refuse(),
        _ => problems::TARIFF_GAP.refuse().fact("reason", error.to_string()),
    };
    let refusal = at.iter().fold(refusal, |refusal, at| refusal.fact("use", *at));
    match error {
        ChargeError::MissingRow { component, key } => {
            let key: Map<String, Value> =
                key.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
            refusal.fact("component", component.as_str()).fact("key", key)
        }
        ChargeError::MissingBand { admission } => refusal.fact("admission", *admission),
        ChargeError::MissingSeason { date } => refusal.fact("date", date.to_string()),
        ChargeError::Unpriced { what, code } => refusal.fact("unpriced", *what).fact("item", code.as_str()),
        ChargeError::Unsaid { what } => refusal.fact("unsaid", *what),
        ChargeError::DaysDiffer { days } => refusal.fact("days", days.iter().map(day_told).collect::<Vec<_>>()),
        ChargeError::UnknownKind { kind, known } => refusal.fact("kind", kind.as_str()).fact("kinds", known.clone()),
        _ => refusal,
    }
}
