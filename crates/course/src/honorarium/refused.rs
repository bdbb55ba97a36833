//! Why an honorarium is not approved, paid or voided.

use std::fmt::Display;

use db::Fault;
use kernel::{
    Instant, Refusal, Refuse,
    ids::{CourseSessionId, HonorariumId},
};

use crate::problems;

/// Why honoraria stay as they are.
#[derive(Debug, thiserror::Error)]
pub enum HonorariumError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("there is no such instructor")]
    NoSuchInstructor,
    #[error("the version is {current}, not the one that was meant")]
    Stale { current: i32 },
    #[error("the instructor does not teach all of the sessions")]
    NotAssigned(Vec<CourseSessionId>),
    #[error("no honorarium is agreed for all of the sessions")]
    Unpaid(Vec<CourseSessionId>),
    #[error("sessions are not over, or were cancelled")]
    NotHeld {
        sessions: Vec<CourseSessionId>,
        /// When the last of them ends; absent when all that will be held have ended.
        possible_at: Option<Instant>,
    },
    #[error("sessions are approved already")]
    Taken {
        sessions: Vec<CourseSessionId>,
        /// By which, each once.
        honoraria: Vec<HonorariumId>,
    },
    #[error("the sum is beyond what can be computed")]
    TooLarge,
    #[error("the honorarium is {0}")]
    State(String),
    #[error("it was not paid on that day")]
    PaidAhead,
    #[error("whoever voids says why")]
    NoReason,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for HonorariumError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::NoSuchInstructor => problems::NO_SUCH.refuse().fact("noun", "instructor"),
            Self::Stale { current } => problems::STALE.refuse().fact("current_version", *current),
            Self::NotAssigned(sessions) => problems::HONORARIUM_NOT_ASSIGNED.refuse().fact("sessions", told(sessions)),
            Self::Unpaid(sessions) => problems::HONORARIUM_UNPAID.refuse().fact("sessions", told(sessions)),
            Self::NotHeld { sessions, possible_at } => {
                let refusal = problems::HONORARIUM_NOT_HELD.refuse().fact("sessions", told(sessions));
                match possible_at {
                    Some(at) => refusal.fact("possible_at", kernel::clock::written(*at)),
                    None => refusal,
                }
            }
            Self::Taken { sessions, honoraria } => {
                problems::HONORARIUM_TAKEN.refuse().fact("sessions", told(sessions)).fact("honoraria", told(honoraria))
            }
            Self::TooLarge => problems::HONORARIUM_TOO_LARGE.refuse(),
            Self::State(state) => problems::HONORARIUM_STATE.refuse().fact("state", state.as_str()),
            Self::PaidAhead => problems::HONORARIUM_PAID_AHEAD.refuse(),
            Self::NoReason => problems::NO_REASON.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

fn told(ids: &[impl Display]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}
