//! Why a session stays as it is.

use db::Fault;
use kernel::{
    Instant, Refusal, Refuse,
    ids::{CourseClassId, CourseSessionId, HonorariumId, InstructorId},
};
use serde_json::{Value, json};

use crate::{catalogue::CatalogueError, problems};

/// Somebody who teaches elsewhere at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusyInstructor {
    pub instructor: InstructorId,
    pub public_name: String,
    /// What they teach then.
    pub session: CourseSessionId,
    pub class: CourseClassId,
    pub class_title: String,
    pub starts_at: Instant,
    pub ends_at: Instant,
}

/// Why a session stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error("it would end before it begins, or last longer than a day")]
    Times,
    #[error("it would begin in the past")]
    Past { starts_at: Instant },
    #[error("it is in a room or elsewhere, not both")]
    RoomAndPlace,
    #[error("a class has at most {} sessions", super::MOST)]
    TooMany,
    /// `with`: a session of the class; absent: two of what is asked for.
    #[error("the class would meet twice at once")]
    Overlaps { with: Option<CourseSessionId>, starts_at: Instant },
    #[error("somebody is to teach the same session twice")]
    Twice(InstructorId),
    #[error("an honorarium is negative or out of all proportion")]
    Honorarium,
    #[error("there are no such instructors")]
    NoInstructor(Vec<InstructorId>),
    #[error("some of the instructors are closed")]
    ClosedInstructor(Vec<InstructorId>),
    /// Everybody who is elsewhere then.
    #[error("somebody would be in two places")]
    Busy(Vec<BusyInstructor>),
    #[error("the session is {0}")]
    State(String),
    #[error("by what is recorded {attended} attended the session")]
    Attended { session: CourseSessionId, attended: i64 },
    #[error("what was published stays")]
    Fixed(Vec<&'static str>),
    #[error("the session was made up for already")]
    MadeUp { session: CourseSessionId, by: Option<CourseSessionId> },
    #[error("what was paid for the session goes back")]
    GivenUp { session: CourseSessionId, at: Instant },
    #[error("an honorarium for the session is approved")]
    Paid { session: CourseSessionId, honoraria: Vec<HonorariumId> },
    #[error("it is at this time and place already")]
    Unchanged,
    #[error("whoever cancels says why")]
    NoReason,
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A moment as a refusal says it.
pub fn told(at: Instant) -> String {
    kernel::clock::written(at)
}

fn names(ids: &[InstructorId]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

impl BusyInstructor {
    /// As a refusal says it.
    pub fn told(&self) -> Value {
        json!({
            "instructor": self.instructor.to_string(), "public_name": self.public_name, "session": self.session.to_string(),
            "class": self.class.to_string(), "class_title": self.class_title,
            "starts_at": told(self.starts_at), "ends_at": told(self.ends_at),
        })
    }
}

impl Refuse for SessionError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Times => problems::SESSION_TIMES.refuse(),
            Self::Past { starts_at } => problems::SESSION_PAST.refuse().fact("starts_at", told(*starts_at)),
            Self::RoomAndPlace => problems::SESSION_ROOM_AND_PLACE.refuse(),
            Self::TooMany => problems::SESSION_TOO_MANY.refuse().fact("most", super::MOST),
            Self::Overlaps { with, starts_at } => {
                let refusal = problems::SESSION_OVERLAPS.refuse().fact("starts_at", told(*starts_at));
                with.iter().fold(refusal, |refusal, with| refusal.fact("session", with.to_string()))
            }
            Self::Twice(instructor) => problems::INSTRUCTOR_TWICE.refuse().fact("instructor", instructor.to_string()),
            Self::Honorarium => problems::SESSION_HONORARIUM.refuse(),
            Self::NoInstructor(ids) => {
                problems::NO_SUCH.refuse().fact("noun", "instructor").fact("instructors", names(ids))
            }
            Self::ClosedInstructor(ids) => problems::INSTRUCTOR_CLOSED.refuse().fact("instructors", names(ids)),
            Self::Busy(who) => {
                let conflicts: Vec<Value> = who.iter().map(BusyInstructor::told).collect();
                problems::INSTRUCTOR_BUSY.refuse().fact("conflicts", conflicts)
            }
            Self::State(state) => problems::SESSION_STATE.refuse().fact("state", state.as_str()),
            Self::Attended { session, attended } => {
                let refusal = problems::SESSION_ATTENDED.refuse().fact("session", session.to_string());
                refusal.fact("attended", *attended)
            }
            Self::Fixed(fields) => problems::SESSION_FIXED.refuse().fact("fields", fields.clone()),
            Self::MadeUp { session, by } => {
                let refusal = problems::SESSION_MADE_UP.refuse().fact("session", session.to_string());
                by.iter().fold(refusal, |refusal, by| refusal.fact("made_up_by", by.to_string()))
            }
            Self::GivenUp { session, at } => {
                let refusal = problems::SESSION_GIVEN_UP.refuse().fact("session", session.to_string());
                refusal.fact("given_up_at", told(*at))
            }
            Self::Paid { session, honoraria } => {
                let honoraria: Vec<String> = honoraria.iter().map(ToString::to_string).collect();
                problems::SESSION_PAID.refuse().fact("session", session.to_string()).fact("honoraria", honoraria)
            }
            Self::Unchanged => problems::SESSION_UNCHANGED.refuse(),
            Self::NoReason => problems::NO_REASON.refuse(),
            Self::Catalogue(error) => error.refusal(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}
