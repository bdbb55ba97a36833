//! Why a draw does not go on, and what is said of it.

use ::draw::Unfit;
use db::Fault;
use kernel::{Instant, Refusal, Refuse};

use crate::{catalogue::CatalogueError, problems, seats::SeatError};

/// Why a draw does not go on.
#[derive(Debug, thiserror::Error)]
pub enum DrawError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("the draw is {0}")]
    State(String),
    #[error("the class is {0}")]
    ClassState(String),
    #[error("the window is not decided by a draw")]
    NotDrawn,
    #[error("the window has a draw already")]
    Exists,
    #[error("not before {0}")]
    TooEarly(Instant),
    #[error("the public value is not the one that was announced")]
    Beacon,
    #[error("the window opened at {opened_at}, and no public value is named")]
    BeaconNeeded { opened_at: Instant },
    #[error("more places are reserved than are free")]
    Reserved,
    #[error("no reason is given")]
    NoReason,
    #[error(transparent)]
    Seats(#[from] SeatError),
    #[error(transparent)]
    Fault(Fault),
}

impl From<Fault> for DrawError {
    fn from(fault: Fault) -> Self {
        if fault.violates("one_draw_per_window") { Self::Exists } else { Self::Fault(fault) }
    }
}

impl From<CatalogueError> for DrawError {
    fn from(error: CatalogueError) -> Self {
        match error {
            CatalogueError::State(state) => Self::ClassState(state),
            CatalogueError::Fault(fault) => fault.into(),
            _ => Self::Absent,
        }
    }
}

impl From<Unfit> for DrawError {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::Reserved => Self::Reserved,
            Unfit::Beacon => Self::Beacon,
            _ => Self::Fault(Fault::Unexpected("the entries of a draw fit its rules")),
        }
    }
}

impl Refuse for DrawError {
    fn refusal(&self) -> Refusal {
        let told = |at: &Instant| kernel::clock::written(*at);
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::State(state) => problems::DRAW_STATE.refuse().fact("state", state.as_str()),
            Self::ClassState(state) => problems::CLASS_STATE.refuse().fact("state", state.as_str()),
            Self::NotDrawn => problems::DRAW_NOT_DRAWN.refuse(),
            Self::Exists => problems::DRAW_EXISTS.refuse(),
            Self::TooEarly(at) => problems::DRAW_TOO_EARLY.refuse().fact("possible_at", told(at)),
            Self::Beacon => problems::DRAW_BEACON.refuse(),
            Self::BeaconNeeded { opened_at } => {
                problems::DRAW_BEACON_NEEDED.refuse().fact("opened_at", told(opened_at))
            }
            Self::Reserved => problems::DRAW_RESERVED.refuse(),
            Self::NoReason => problems::NO_REASON.refuse(),
            Self::Seats(error) => error.refusal(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}
