//! Instructors and sessions between the wire and the domain.

use std::collections::BTreeMap;

use ::course::{
    application::Title,
    instructor::{self, InstructorChange, InstructorDraft},
    session::{
        BusyInstructor, Session, SessionDraft, SessionWithPeople, Teacher, Teaching, When,
        pattern::{DayOff, Pattern},
    },
};
use contract::{
    Yen,
    course::session::{
        CourseSession, CourseSessionRequest, CourseSessionUpdate, DayOffKind, Instructor, InstructorRequest,
        InstructorState, InstructorUpdate, Payee, SessionPatternRequest, SessionState, SessionTeacher,
        SessionTeacherRequest, SkippedDay, TeacherElsewhere, TeachingRole,
    },
    venue::opening::Weekday,
};
use kernel::ids::RoomId;
use time::Date;

use super::super::rooms::Named;
use crate::{
    caller::Language,
    ical::{self, Entry},
    params::patched,
};

const fn payee(given: Payee) -> &'static str {
    match given {
        Payee::Individual => "individual",
        Payee::Company => "company",
        Payee::None => "none",
    }
}

fn payee_of(text: &str) -> Payee {
    match text {
        "company" => Payee::Company,
        "none" => Payee::None,
        _ => Payee::Individual,
    }
}

/// An instructor, for the house or for everybody.
pub fn instructor(one: &instructor::Instructor, house: bool) -> Instructor {
    Instructor {
        id: one.id.into(),
        public_name: one.public_name.clone(),
        public_name_en: one.public_name_en.clone(),
        profile: one.profile.clone(),
        state: if one.state == "closed" { InstructorState::Closed } else { InstructorState::Active },
        patron: one.patron_id.filter(|_| house).map(Into::into),
        payee: house.then(|| payee_of(&one.payee)),
        created_at: one.created_at.into(),
        updated_at: one.updated_at.into(),
        version: one.version,
    }
}

pub fn instructor_draft(ask: &InstructorRequest) -> InstructorDraft {
    InstructorDraft {
        patron: ask.patron.map(|id| id.0),
        public_name: ask.public_name.clone(),
        public_name_en: ask.public_name_en.clone(),
        profile: ask.profile.clone(),
        payee: payee(ask.payee.unwrap_or(Payee::Individual)),
    }
}

pub fn instructor_change(ask: &InstructorUpdate) -> InstructorChange {
    InstructorChange {
        patron: patched(&ask.patron).map(|given| given.map(|id| id.0)),
        public_name: ask.public_name.clone(),
        public_name_en: patched(&ask.public_name_en),
        profile: patched(&ask.profile),
        payee: ask.payee.map(payee),
    }
}

fn teacher(one: &Teaching, house: bool) -> SessionTeacher {
    SessionTeacher {
        instructor: one.assignment.instructor_id.into(),
        public_name: one.public_name.clone(),
        public_name_en: one.public_name_en.clone(),
        role: match one.assignment.role.as_str() {
            "assistant" => TeachingRole::Assistant,
            "substitute" => TeachingRole::Substitute,
            _ => TeachingRole::Lead,
        },
        honorarium: one.assignment.honorarium.filter(|_| house).map(|yen| Yen(kernel::Yen(yen))),
    }
}

/// A session, for the house or for everybody.
pub fn session(one: &SessionWithPeople, house: bool) -> CourseSession {
    let Session { id, class_id, number, local_date, starts_at, ends_at, .. } = one.session;
    let of = &one.session;
    CourseSession {
        id: id.into(),
        class: class_id.into(),
        number,
        day: local_date.into(),
        starts_at: starts_at.into(),
        ends_at: ends_at.into(),
        state: match of.state.as_str() {
            "held" => SessionState::Held,
            "cancelled" => SessionState::Cancelled,
            _ => SessionState::Scheduled,
        },
        room: of.room_id.map(Into::into),
        place: of.place.clone(),
        replaces: of.replaces_id.map(Into::into),
        reason: of.reason.clone(),
        teachers: one.people.iter().map(|teaching| teacher(teaching, house)).collect(),
        created_at: of.created_at.into(),
        updated_at: of.updated_at.into(),
        version: of.version,
    }
}

pub fn teachers(ask: &[SessionTeacherRequest]) -> Vec<Teacher> {
    let teacher = |one: &SessionTeacherRequest| Teacher {
        instructor: one.instructor.0,
        role: match one.role.unwrap_or(TeachingRole::Lead) {
            TeachingRole::Lead => "lead",
            TeachingRole::Assistant => "assistant",
            TeachingRole::Substitute => "substitute",
        },
        honorarium: one.honorarium.map(|yen| yen.0.0),
    };
    ask.iter().map(teacher).collect()
}

pub fn session_draft(ask: &CourseSessionRequest) -> SessionDraft {
    let at = When {
        starts_at: ask.starts_at.0,
        ends_at: ask.ends_at.0,
        room: ask.room.map(|room| room.0),
        place: ask.place.clone(),
    };
    SessionDraft { at, people: teachers(ask.teachers.as_deref().unwrap_or_default()) }
}

/// Where and when a session would be after a change; nothing when that stays as it is.
pub fn moved(ask: &CourseSessionUpdate, one: &Session) -> Option<When> {
    let room = patched(&ask.room).map(|given| given.map(|room| room.0));
    let place = patched(&ask.place);
    let to = When {
        starts_at: ask.starts_at.map_or(one.starts_at, |at| at.0),
        ends_at: ask.ends_at.map_or(one.ends_at, |at| at.0),
        room: room.unwrap_or(one.room_id),
        place: place.unwrap_or_else(|| one.place.clone()),
    };
    let as_is = (one.starts_at, one.ends_at, one.room_id, &one.place);
    ((to.starts_at, to.ends_at, to.room, &to.place) != as_is).then_some(to)
}

/// Minutes after midnight of `HH:MM`; what the contract lets through is one.
fn minute(text: &str) -> u16 {
    let (hours, minutes) = text.split_once(':').unwrap_or_default();
    let number = |text: &str| text.parse::<u16>().unwrap_or_default();
    number(hours).saturating_mul(60).saturating_add(number(minutes))
}

/// Of ISO 8601: 1 is Monday, 7 Sunday.
const fn iso(day: Weekday) -> u8 {
    match day {
        Weekday::Monday => 1,
        Weekday::Tuesday => 2,
        Weekday::Wednesday => 3,
        Weekday::Thursday => 4,
        Weekday::Friday => 5,
        Weekday::Saturday => 6,
        Weekday::Sunday => 7,
    }
}

pub fn pattern(ask: &SessionPatternRequest, most: usize) -> Pattern {
    Pattern {
        from: ask.from.0,
        until: ask.until.0,
        weekdays: ask.weekdays.iter().map(|day| iso(*day)).collect(),
        starts_minute: minute(&ask.starts),
        ends_minute: minute(&ask.ends),
        except: ask.except.iter().flatten().map(|day| day.0).collect(),
        most: ask.most.and_then(|most| usize::try_from(most).ok()).unwrap_or(most).min(most),
    }
}

pub fn skipped((day, why): &(Date, DayOff)) -> SkippedDay {
    let (why, label) = match why {
        DayOff::Holiday(name) => (DayOffKind::Holiday, Some(name.clone())),
        DayOff::Closed(name) => (DayOffKind::Closed, name.clone()),
        DayOff::Excluded => (DayOffKind::Excluded, None),
    };
    SkippedDay { day: (*day).into(), why, label }
}

pub fn elsewhere(one: &BusyInstructor) -> TeacherElsewhere {
    TeacherElsewhere {
        instructor: one.instructor.into(),
        public_name: one.public_name.clone(),
        session: one.session.into(),
        class: one.class.into(),
        class_title: one.class_title.clone(),
        starts_at: one.starts_at.into(),
        ends_at: one.ends_at.into(),
    }
}

/// The sessions of a class as a calendar: each is called as its course and its class, once where the class is called after its course. It
/// names nobody: who teaches is in the leaflet.
pub fn calendar(
    (course, class): &(Title, Title),
    sessions: &[SessionWithPeople],
    rooms: &BTreeMap<RoomId, Named>,
    language: Language,
) -> String {
    let told = |title: &Title| match language {
        Language::Japanese => title.ja.clone(),
        Language::English => title.en.clone().unwrap_or_else(|| title.ja.clone()),
    };
    let (course, class) = (told(course), told(class));
    let title = if class.contains(&course) { class } else { format!("{course} {class}") };
    let entry = |SessionWithPeople { session, .. }: &SessionWithPeople| {
        let room = session
            .room_id
            .and_then(|room| rooms.get(&room))
            .map(|named| named.told(matches!(language, Language::English)));
        let summary = match language {
            Language::Japanese => format!("{title} 第{}回", session.number),
            Language::English => format!("{title} #{}", session.number),
        };
        Entry {
            uid: format!("{}@itsudemo", session.id),
            // RFC 5545 counts the changes, from nothing
            sequence: session.version.saturating_sub(1),
            changed_at: session.updated_at,
            starts_at: session.starts_at,
            ends_at: session.ends_at,
            summary,
            location: room.or_else(|| session.place.clone()).unwrap_or_default(),
            cancelled: session.state == "cancelled",
        }
    };
    ical::calendar(("course", title.as_str()), &sessions.iter().map(entry).collect::<Vec<_>>())
}
