//! What the nouns of the catalogue share: how a thing is not found, not as expected, or not to be changed so.

use db::Fault;
use kernel::{Refusal, Refuse, ids::RoomId};
use time::{Date, Month, util::days_in_month};

use crate::{closure::Collision, problems};

/// A year that has every day that any year has.
const LEAP_YEAR: i32 = 2028;

/// Whether something that is in force from a day on, until another, the second excluded, or without an end, is so on a day.
pub(crate) fn in_force(from: Date, until: Option<Date>, day: Date) -> bool {
    from <= day && until.is_none_or(|until| day < until)
}

/// Why the catalogue does not change.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("the version is {current}, not the one that was meant")]
    Stale { current: i32 },
    #[error("there is no such {0} to belong to")]
    NoSuch(&'static str),
    #[error("the code is already used")]
    CodeTaken,
    #[error("it would end before it begins")]
    Effective,
    #[error("the lengths contradict each other or the time unit")]
    Lengths,
    #[error("an attached room is elsewhere, or shares a part")]
    Attached { room: RoomId },
    #[error("a part is named twice")]
    PartTwice,
    #[error("a season begins or ends on a day that no year has")]
    Season,
    #[error("the slots have faults")]
    Slots(Vec<SlotFault>),
    #[error("the room is hired by {time_unit}")]
    NoSlots { time_unit: String },
    #[error("another set of slots is in force from {from}")]
    SlotsInForce { set: String, from: Date },
    #[error("the layer is faulty: {0}")]
    Layer(&'static str),
    #[error("{} things were let for after that", .0.len())]
    Behind(Vec<Collision>),
    #[error("{} things have parts of the room", .0.len())]
    PartsInUse(Vec<Collision>),
    #[error("{peak} are claimed at once at some time to come")]
    Claimed { peak: i64 },
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What is wrong with a slot, by its place in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotFault {
    pub at: usize,
    /// `ends_before_it_starts`, `overlaps`, `code_twice`, `code_has_plus`.
    pub code: &'static str,
}

impl Refuse for CatalogueError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Stale { current } => problems::STALE.refuse().fact("current_version", *current),
            Self::NoSuch(noun) => problems::NO_SUCH.refuse().fact("noun", *noun),
            Self::CodeTaken => problems::CODE_TAKEN.refuse(),
            Self::Effective => problems::EFFECTIVE.refuse(),
            Self::Lengths => problems::LENGTHS.refuse(),
            Self::Attached { room } => problems::ATTACHED.refuse().fact("room", room.to_string()),
            Self::PartTwice => problems::PART_TWICE.refuse(),
            Self::Season => problems::SEASON.refuse(),
            Self::Slots(faults) => {
                let told = faults.iter().map(|fault| serde_json::json!({ "slot": fault.at, "code": fault.code }));
                problems::SLOTS.refuse().fact("faults", told.collect::<Vec<_>>())
            }
            Self::NoSlots { time_unit } => problems::SLOTS_NONE.refuse().fact("time_unit", time_unit.as_str()),
            Self::SlotsInForce { set, from } => {
                problems::SLOTS_IN_FORCE.refuse().fact("slot_set", set.as_str()).fact("from", from.to_string())
            }
            Self::Layer(what) => problems::LAYER.refuse().fact("fault", *what),
            Self::Behind(found) => {
                let told: Vec<_> = found.iter().map(Collision::told).collect();
                problems::BEHIND.refuse().fact("collisions", told)
            }
            Self::PartsInUse(found) => {
                let told: Vec<_> = found.iter().map(Collision::told).collect();
                problems::PARTS_IN_USE.refuse().fact("collisions", told)
            }
            Self::Claimed { peak } => problems::CLAIMED.refuse().fact("peak", *peak),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Holds a wanted version against the one there is.
///
/// # Errors
/// [`CatalogueError::Stale`].
pub fn expect_version(wanted: Option<i32>, current: i32) -> Result<(), CatalogueError> {
    match wanted {
        Some(wanted) if wanted != current => Err(CatalogueError::Stale { current }),
        _ => Ok(()),
    }
}

/// 適用開始日 comes before 廃止日.
///
/// # Errors
/// [`CatalogueError::Effective`].
pub fn expect_effective(from: Date, until: Option<Date>) -> Result<(), CatalogueError> {
    if until.is_none_or(|until| from < until) { Ok(()) } else { Err(CatalogueError::Effective) }
}

/// The day of an end that is earlier than the one there is.
pub fn earlier_end(is: Option<Date>, wanted: Option<Option<Date>>) -> Option<Date> {
    wanted.flatten().filter(|day| is.is_none_or(|is| *day < is))
}

/// Goes on when nothing stands behind; or, with the reason to be kept, when somebody says why it is done all the same.
///
/// # Errors
/// [`CatalogueError::Behind`].
pub fn expect_nothing_behind(found: Vec<Collision>, despite: Option<String>) -> Result<Option<String>, CatalogueError> {
    match (found.is_empty(), despite) {
        (true, _) => Ok(None),
        (false, Some(why)) => Ok(Some(why)),
        (false, None) => Err(CatalogueError::Behind(found)),
    }
}

/// Whether both ends of a part of each year, month × 100 + day, are days of some year.
pub fn is_season((from, until): (i32, i32)) -> bool {
    let is_day = |key: i32| {
        let month = u8::try_from(key / 100).ok().and_then(|month| Month::try_from(month).ok());
        let day = u8::try_from(key % 100).ok();
        month.zip(day).is_some_and(|(month, day)| (1..=days_in_month(month, LEAP_YEAR)).contains(&day))
    };
    is_day(from) && is_day(until)
}

/// Events of a noun that is made and changed.
macro_rules! events {
    ($kind:literal, $field:ident: $id:ty, $created:ident = $made:literal, $changed:ident = $altered:literal) => {
        /// One was made.
        #[derive(Debug, ::serde::Serialize)]
        pub struct $created {
            pub $field: $id,
        }

        impl ::audit::Event for $created {
            const NAME: &'static str = $made;

            fn subject(&self) -> ::audit::Subject {
                ::audit::Subject::new($kind, self.$field)
            }
        }

        /// One was changed.
        #[derive(Debug, ::serde::Serialize)]
        pub struct $changed {
            pub $field: $id,
            pub version: i32,
        }

        impl ::audit::Event for $changed {
            const NAME: &'static str = $altered;

            fn subject(&self) -> ::audit::Subject {
                ::audit::Subject::new($kind, self.$field)
            }
        }
    };
}

pub(crate) use events;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_season_is_between_days_that_there_are() {
        assert!(is_season((1101, 430)) && is_season((229, 229)) && is_season((1231, 101)));
        for wrong in [(231, 301), (301, 431), (1301, 101), (1, 101), (100, 101), (101, 1232), (-101, 101)] {
            assert!(!is_season(wrong), "{wrong:?}");
        }
    }
}
