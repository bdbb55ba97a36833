//! Why no attendance is recorded.

use db::Fault;
use kernel::{Instant, Refusal, Refuse, ids::EnrolmentId};

use crate::{decision::Shortfall, problems};

/// Why attendance is not recorded or shown.
#[derive(Debug, thiserror::Error)]
pub enum AttendanceError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("the version is {current}, not the one that was meant")]
    Stale { current: i32 },
    #[error("the session was cancelled")]
    Cancelled,
    #[error("the day of the session has not come")]
    Ahead { possible_at: Instant },
    #[error("nobody has decided that the class runs, and it falls short")]
    Undecided(Shortfall),
    #[error("somebody is named twice")]
    Twice(Vec<EnrolmentId>),
    #[error("somebody does not take part in the session")]
    NotEnrolled(Vec<EnrolmentId>),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for AttendanceError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Stale { current } => problems::STALE.refuse().fact("current_version", *current),
            Self::Cancelled => problems::ATTENDANCE_CANCELLED.refuse(),
            Self::Ahead { possible_at } => {
                let at = kernel::clock::written(*possible_at);
                problems::ATTENDANCE_AHEAD.refuse().fact("possible_at", at)
            }
            Self::Undecided(short) => short.facts(problems::ATTENDANCE_UNDECIDED.refuse()),
            Self::Twice(who) => problems::ATTENDANCE_TWICE.refuse().fact("enrolments", told(who)),
            Self::NotEnrolled(who) => problems::ATTENDANCE_NOT_ENROLLED.refuse().fact("enrolments", told(who)),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

fn told(who: &[EnrolmentId]) -> Vec<String> {
    who.iter().map(ToString::to_string).collect()
}
