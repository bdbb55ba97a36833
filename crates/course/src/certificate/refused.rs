//! Why there is no certificate.

use db::Fault;
use kernel::{Instant, Refusal, Refuse, ids::EnrolmentId};

use crate::problems;

/// Why certificates are not issued, shown or revoked.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("some of those named are not enrolled in the class")]
    NotEnrolled(Vec<EnrolmentId>),
    #[error("the version is {current}, not the one that was meant")]
    Stale { current: i32 },
    #[error("the class is {0}")]
    ClassState(String),
    #[error("the class says no share of sessions that completes it")]
    NoThreshold,
    #[error("no session of the class was held")]
    NothingHeld,
    #[error("sessions are not over, not recorded, or cancelled and neither made up for nor given up")]
    SessionsOpen {
        /// Their numbers.
        sessions: Vec<i32>,
        /// When the last of them ends or is not waited for any longer; absent when all have ended.
        possible_at: Option<Instant>,
    },
    #[error("it is revoked since {at}")]
    Revoked { at: Instant },
    #[error("whoever revokes says why")]
    NoReason,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for CertificateError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::NotEnrolled(who) => {
                let who: Vec<String> = who.iter().map(ToString::to_string).collect();
                problems::ABSENT.refuse().fact("enrolments", who)
            }
            Self::Stale { current } => problems::STALE.refuse().fact("current_version", *current),
            Self::ClassState(state) => problems::CLASS_STATE.refuse().fact("state", state.as_str()),
            Self::NoThreshold => problems::CERTIFICATE_NO_THRESHOLD.refuse(),
            Self::NothingHeld => problems::CERTIFICATE_NOTHING_HELD.refuse(),
            Self::SessionsOpen { sessions, possible_at } => {
                let refusal = problems::CERTIFICATE_SESSIONS_OPEN.refuse().fact("sessions", sessions.clone());
                match possible_at {
                    Some(at) => refusal.fact("possible_at", written(*at)),
                    None => refusal,
                }
            }
            Self::Revoked { at } => problems::CERTIFICATE_REVOKED.refuse().fact("revoked_at", written(*at)),
            Self::NoReason => problems::NO_REASON.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

fn written(at: Instant) -> String {
    kernel::clock::written(at)
}
