//! Why nobody applies, and what is said of it.

use db::Fault;
use kernel::{Instant, Refusal, Refuse, ids::FeeId};
use serde_json::json;

use super::{Assessed, Obstacle};
use crate::{catalogue::CatalogueError, problems, rule::Effect, seats::SeatError};

/// Why nobody applies, or an application is not shown.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("the class is {0}")]
    Closed(String),
    #[error("the class has no such window")]
    NoSuchWindow,
    #[error("no window is open")]
    NoWindow { opens_at: Option<Instant> },
    #[error("the rules of the class keep somebody out")]
    NotEligible { people: Vec<(usize, Assessed)>, opens_at: Option<Instant> },
    /// Of the person of this place, from 0; absent: of all of them.
    #[error("the party cannot be: {fault}")]
    Party { fault: &'static str, at: Option<usize> },
    /// Those of these places, from 0.
    #[error("somebody who may be the same has applied already")]
    PossibleDuplicate(Vec<usize>),
    #[error("a party has at most {most} people")]
    PartySize { most: i32 },
    #[error("no such option: {0}")]
    Options(FeeId),
    #[error("a fee is for each session, and none lies ahead")]
    NoSession,
    #[error("it would have been received in the future")]
    ReceivedAhead,
    #[error("the household has {most} applications in the term")]
    Household { most: u32 },
    /// With this fee.
    #[error("the price is beyond what can be told in yen: {0}")]
    TooLarge(FeeId),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<CatalogueError> for ApplyError {
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::Fault(fault) => Self::Fault(fault),
            CatalogueError::State(state) => Self::Closed(state),
            _ => Self::Absent,
        }
    }
}

impl From<Obstacle> for ApplyError {
    fn from(obstacle: Obstacle) -> Self {
        match obstacle {
            Obstacle::PartySize { most } => Self::PartySize { most },
            Obstacle::NoWindow { opens_at } => Self::NoWindow { opens_at },
            Obstacle::NoSession => Self::NoSession,
            Obstacle::NotEligible { people, opens_at } => Self::NotEligible { people, opens_at },
        }
    }
}

impl From<SeatError> for ApplyError {
    fn from(error: SeatError) -> Self {
        match error {
            SeatError::Fault(fault) => Self::Fault(fault),
            SeatError::Closed(state) => Self::Closed(state),
            _ => Self::Absent,
        }
    }
}

impl Refuse for ApplyError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Closed(state) => problems::CLASS_CLOSED.refuse().fact("state", state.as_str()),
            Self::NoSuchWindow => problems::NO_SUCH.refuse().fact("noun", "window"),
            Self::NoWindow { opens_at } => {
                let told = opens_at.map(kernel::clock::written);
                problems::NO_WINDOW.refuse().fact("opens_at", told)
            }
            Self::NotEligible { people, opens_at } => {
                let told = people.iter().flat_map(|(at, one)| {
                    let blocks = one.findings().filter(|finding| finding.effect == Effect::Block);
                    blocks.map(move |finding| {
                        json!({ "pointer": format!("#/people/{at}"), "rule": finding.label, "met": finding.met })
                    })
                });
                let refusal = problems::NOT_ELIGIBLE.refuse().fact("findings", told.collect::<Vec<_>>());
                refusal.fact("opens_at", opens_at.map(kernel::clock::written))
            }
            Self::Party { fault, at } => {
                let refusal = problems::PARTY.refuse().fact("fault", *fault);
                at.iter().fold(refusal, |refusal, at| refusal.within(&format!("/people/{at}")))
            }
            Self::PossibleDuplicate(places) => {
                let people: Vec<String> = places.iter().map(|at| format!("#/people/{at}")).collect();
                problems::POSSIBLE_DUPLICATE.refuse().fact("people", people)
            }
            Self::PartySize { most } => problems::PARTY_SIZE.refuse().fact("most", *most),
            Self::Options(fee) => problems::NO_SUCH_OPTION.refuse().fact("fee", fee.to_string()),
            Self::NoSession => problems::NO_SESSION.refuse(),
            Self::ReceivedAhead => problems::RECEIVED_AHEAD.refuse(),
            Self::Household { most } => problems::HOUSEHOLD_LIMIT.refuse().fact("most", *most),
            Self::TooLarge(fee) => problems::PRICE_TOO_LARGE.refuse().fact("fee", fee.to_string()),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}
