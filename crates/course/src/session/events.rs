//! What the journal says.

use audit::{Event, Subject};
use kernel::{
    Instant,
    ids::{CourseClassId, CourseSessionId, InstructorId, RoomId},
};
use serde::Serialize;

/// A class meets more often.
#[derive(Debug, Serialize)]
pub struct SessionsCreated {
    pub class: CourseClassId,
    pub sessions: Vec<CourseSessionId>,
}

impl Event for SessionsCreated {
    const NAME: &'static str = "course.session.created";

    fn subject(&self) -> Subject {
        Subject::new("class", self.class)
    }
}

/// 中止: what lay ahead of a class is not held.
#[derive(Debug, Serialize)]
pub struct SessionsCancelled {
    pub class: CourseClassId,
    pub sessions: Vec<CourseSessionId>,
}

impl Event for SessionsCancelled {
    const NAME: &'static str = "course.session.all_cancelled";

    fn subject(&self) -> Subject {
        Subject::new("class", self.class)
    }
}

macro_rules! fact {
    ($(#[$doc:meta])* $name:ident = $code:literal { $($field:ident: $type:ty),* }) => {
        $(#[$doc])*
        #[derive(Debug, Serialize)]
        pub struct $name {
            pub session: CourseSessionId,
            pub class: CourseClassId,
            $(pub $field: $type,)*
        }

        impl Event for $name {
            const NAME: &'static str = $code;

            fn subject(&self) -> Subject {
                Subject::new("course_session", self.session)
            }
        }
    };
}

fact! {
    /// It is somewhere else, or has other words.
    SessionChanged = "course.session.changed" { version: i32 }
}
fact! {
    /// 日程変更.
    SessionMoved = "course.session.moved" {
        from: Instant, to: Instant, room_before: Option<RoomId>, room: Option<RoomId>, version: i32
    }
}
fact! {
    /// 休講.
    SessionCancelled = "course.session.cancelled" { version: i32 }
}
fact! {
    /// Nothing takes its place: what was paid for it goes back.
    SessionGivenUp = "course.session.given_up" { version: i32 }
}
fact! {
    /// 補講: another one takes its place.
    SessionMadeUp = "course.session.made_up" { by: CourseSessionId }
}
fact! {
    /// Others teach it.
    SessionAssigned = "course.session.assigned" { instructors: Vec<InstructorId> }
}
fact! {
    /// It never was more than a draft.
    SessionRemoved = "course.session.removed" { number: i32 }
}
