//! Why nothing moved, and what is said of it.

use db::Fault;
use kernel::{Instant, Refusal, Refuse, clock::written, ids::PersonId};

use super::{State, rules::Crowded};
use crate::problems;

/// Why nothing moved.
#[derive(Debug, thiserror::Error)]
pub enum SeatError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("the class is {0}")]
    Closed(String),
    #[error("the class is over")]
    Completed,
    #[error("somebody has applied already")]
    AlreadyApplied(Vec<PersonId>),
    #[error("a party never has more than {most} places")]
    PartyTooLarge { most: i32 },
    #[error("neither a place nor room in the line")]
    Full(Crowded),
    #[error("the entries of the draw are frozen")]
    Frozen,
    #[error("the application is {}", .0.as_str())]
    State(State),
    /// Since a moment, where that is known.
    #[error("the time is over")]
    Over(Option<Instant>),
    #[error("no such numbers of places")]
    Numbers { capacity: i32, held_back: i32, waiting_capacity: Option<i32> },
    /// Those named who do not take part; nobody: somebody is named twice, or nobody would be left.
    #[error("some are named who do not take part, or nobody would be left")]
    People(Vec<PersonId>),
    #[error("no reason is given")]
    NoReason,
    #[error("only {0} wait")]
    NoPosition(usize),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for SeatError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Closed(state) => problems::CLASS_CLOSED.refuse().fact("state", state.as_str()),
            Self::Completed => problems::CLASS_STATE.refuse().fact("state", "completed"),
            Self::AlreadyApplied(persons) => {
                let persons: Vec<String> = persons.iter().map(ToString::to_string).collect();
                problems::ALREADY_APPLIED.refuse().fact("persons", persons)
            }
            Self::PartyTooLarge { most } => problems::PARTY_TOO_LARGE.refuse().fact("most", *most),
            Self::Full(of) => problems::CLASS_FULL
                .refuse()
                .fact("places_left", of.places_left)
                .fact("waiting", of.waiting)
                .fact("waiting_capacity", of.waiting_capacity)
                .fact("opens_at", of.opens_at.map(written)),
            Self::Frozen => problems::DRAW_FROZEN.refuse(),
            Self::State(state) => problems::APPLICATION_STATE.refuse().fact("state", state.as_str()),
            Self::Over(at) => problems::OFFER_OVER.refuse().fact("due_at", at.map(written)),
            Self::Numbers { capacity, held_back, waiting_capacity } => problems::CAPACITY_NUMBERS
                .refuse()
                .fact("capacity", *capacity)
                .fact("held_back", *held_back)
                .fact("waiting_capacity", *waiting_capacity),
            Self::People(strangers) => {
                let strangers: Vec<String> = strangers.iter().map(ToString::to_string).collect();
                problems::QUOTE_PEOPLE.refuse().fact("people", strangers)
            }
            Self::NoReason => problems::NO_REASON.refuse(),
            Self::NoPosition(waiting) => problems::NO_POSITION.refuse().fact("waiting", *waiting),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}
