//! Why an application is not as it was meant to be.

use db::Fault;
use kernel::{
    Instant, Refusal, Refuse,
    ids::{HireApplicationId, HireId, RoomId},
};
use time::Date;

use crate::{catalogue::CatalogueError, hire_hold::HoldError, hire_quote::QuoteError, problems};

/// Why an application is not as it was meant to be.
#[derive(Debug, thiserror::Error)]
pub enum ApplicationError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("nobody is named who applies")]
    Nobody,
    #[error("the application is {0}")]
    State(String),
    #[error("the version is {current}, not the one that was meant")]
    Stale { current: i32 },
    #[error(transparent)]
    Hold(#[from] HoldError),
    #[error(transparent)]
    Quote(#[from] QuoteError),
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error("it was changed {most} times already")]
    Changes { most: u16 },
    #[error("it was to be changed until {until}")]
    ChangeTooLate { hire: HireId, until: Date },
    #[error("it would be to be mended before it is returned, or after the use begins")]
    MendUntil { earliest: Instant, latest: Instant },
    #[error("it was to be mended until {until}")]
    MendLate { until: Instant },
    #[error("the house decides about the room")]
    HouseDecides { at: usize, room: RoomId },
    #[error("it is {state}, and changes only for a cause of who hired")]
    Cause { state: String },
    #[error("no hire is named that is to be changed, or all of it is as it was")]
    NoChange,
    #[error("a hire is named twice")]
    HireTwice { at: usize, hire: HireId },
    #[error("the application has no such hire")]
    NoSuchHire { at: usize, hire: HireId },
    #[error("the hire {hire} has begun or is over")]
    Ended { hire: HireId },
    #[error("it would be to be paid before it is granted, or after the use begins")]
    Due { earliest: Instant, latest: Instant },
    #[error("the use has begun or is over")]
    HireOver,
    #[error("the use begins only later")]
    NotYet { from: Instant },
    #[error("the use would end before it begins")]
    Times,
    #[error("what is recorded lies beside the hire")]
    Beside { starts: Instant, ends: Instant },
    #[error("{} hires are not recorded", .0.len())]
    Unused(Vec<HireId>),
    #[error("reduction {at} is no part of the whole")]
    Senseless { at: usize, grant: String },
    #[error("reduction {at} comes off nothing")]
    InVain { at: usize, grant: String },
    #[error("what goes back by hand would be billed again")]
    ByHand { application: HireApplicationId },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for ApplicationError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Nobody => problems::APPLICATION_NOBODY.refuse(),
            Self::State(state) => problems::APPLICATION_STATE.refuse().fact("state", state.as_str()),
            Self::Stale { current } => problems::STALE.refuse().fact("current_version", *current),
            Self::Hold(error) => error.refusal(),
            Self::Quote(error) => error.refusal(),
            Self::Catalogue(error) => error.refusal(),
            Self::Changes { most } => problems::APPLICATION_CHANGES.refuse().fact("most", *most),
            Self::ChangeTooLate { hire, until } => problems::APPLICATION_CHANGE_LATE
                .refuse()
                .fact("hire", hire.to_string())
                .fact("until", until.to_string()),
            Self::MendUntil { earliest, latest } => problems::APPLICATION_MEND_UNTIL
                .refuse()
                .fact("earliest", kernel::clock::written(*earliest))
                .fact("latest", kernel::clock::written(*latest)),
            Self::MendLate { until } => {
                problems::APPLICATION_MEND_LATE.refuse().fact("until", kernel::clock::written(*until))
            }
            Self::HouseDecides { at, room } => {
                problems::APPLICATION_HOUSE_DECIDES.refuse().fact("use", *at).fact("room", room.to_string())
            }
            Self::Cause { state } => problems::APPLICATION_CAUSE.refuse().fact("state", state.as_str()),
            Self::NoChange => problems::APPLICATION_NO_CHANGE.refuse(),
            Self::HireTwice { at, hire } => {
                problems::APPLICATION_HIRE_TWICE.refuse().fact("use", *at).fact("hire", hire.to_string())
            }
            Self::NoSuchHire { at, hire } => {
                problems::APPLICATION_NO_SUCH_HIRE.refuse().fact("use", *at).fact("hire", hire.to_string())
            }
            Self::Ended { hire } => problems::HIRE_OVER.refuse().fact("hire", hire.to_string()),
            Self::HireOver => problems::HIRE_OVER.refuse(),
            Self::NotYet { from } => problems::HIRE_NOT_YET.refuse().fact("from", kernel::clock::written(*from)),
            Self::Due { earliest, latest } => problems::APPLICATION_DUE
                .refuse()
                .fact("earliest", kernel::clock::written(*earliest))
                .fact("latest", kernel::clock::written(*latest)),
            Self::Times => problems::HIRE_TIMES.refuse(),
            Self::Beside { starts, ends } => problems::HIRE_BESIDE
                .refuse()
                .fact("starts_at", kernel::clock::written(*starts))
                .fact("ends_at", kernel::clock::written(*ends)),
            Self::Unused(hires) => {
                let ids: Vec<String> = hires.iter().map(ToString::to_string).collect();
                problems::APPLICATION_UNUSED.refuse().fact("hires", ids)
            }
            Self::Senseless { at, grant } => {
                problems::REDUCTION_SENSELESS.refuse().fact("reduction", *at).fact("grant", grant.as_str())
            }
            Self::InVain { at, grant } => {
                problems::REDUCTION_IN_VAIN.refuse().fact("reduction", *at).fact("grant", grant.as_str())
            }
            Self::ByHand { application } => {
                problems::APPLICATION_BY_HAND.refuse().fact("application", application.to_string())
            }
            Self::Fault(fault) => fault.refusal(),
        }
    }
}
