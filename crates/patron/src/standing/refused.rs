//! Why a registration is not given, or forbids.

use db::Fault;
use kernel::{Instant, Refusal, Refuse};
use time::Date;

use super::{Act, StandingState, rules};
use crate::problems;

/// Why a registration is not given, or forbids.
#[derive(Debug, thiserror::Error)]
pub enum StandingError {
    #[error("there is no such registration")]
    Absent,
    #[error("the version is {current}, not the one that was meant")]
    Stale { current: i64 },
    #[error("there is no such user class on {0}")]
    NoSuchClass(Date),
    #[error("there is no such registered patron")]
    NoSuchPatron,
    #[error("it is {state:?}")]
    State { state: StandingState, act: Act },
    #[error("there is an application already")]
    Open,
    #[error("there is a registration on some of these days")]
    Overlaps,
    #[error("the period is none")]
    Period,
    #[error("the suspension would be over")]
    SuspensionPast,
    /// Until then; nothing when nobody said until when.
    #[error("the patron is suspended")]
    Suspended { until: Option<Instant> },
    #[error("the patron has left")]
    Closed,
    #[error(transparent)]
    Fault(Fault),
}

impl From<Fault> for StandingError {
    fn from(fault: Fault) -> Self {
        if fault.violates("standings_one_a_day") {
            return Self::Overlaps;
        }
        if fault.violates("one_application_per_patron") { Self::Open } else { Self::Fault(fault) }
    }
}

impl Refuse for StandingError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::PATRON_ABSENT.refuse(),
            Self::Stale { current } => problems::STALE.refuse().fact("current_version", *current),
            Self::NoSuchClass(day) => problems::NO_SUCH_CLASS.refuse().fact("day", day.to_string()),
            Self::NoSuchPatron => problems::NO_SUCH_PATRON.refuse(),
            Self::State { state, act } => {
                let possible: Vec<_> = act.possible_in().iter().map(|state| state.as_str()).collect();
                problems::STANDING_STATE.refuse().fact("state", state.as_str()).fact("possible_in", possible)
            }
            Self::Open => problems::STANDING_OPEN.refuse(),
            Self::Overlaps => problems::STANDING_OVERLAPS.refuse(),
            Self::Period => problems::STANDING_PERIOD.refuse(),
            Self::SuspensionPast => problems::SUSPENSION_PAST.refuse(),
            Self::Suspended { until } => {
                let refusal = problems::STANDING_SUSPENDED.refuse();
                let told = until.and_then(rules::told);
                told.into_iter().fold(refusal, |refusal, until| refusal.fact("until", until))
            }
            Self::Closed => problems::STANDING_CLOSED.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}
