//! Instructors and sessions on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object, types::MaybeUndefined};

use crate::{
    Date, Instant, Ref, Yen,
    venue::{closure::Collision, opening::Weekday},
};

/// To whom an honorarium is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Payee {
    /// Income tax is withheld.
    Individual,
    /// It is not.
    Company,
    /// Nobody is paid.
    None,
}

/// Whether somebody teaches here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum InstructorState {
    Active,
    /// They get no more sessions; what they taught stays.
    Closed,
}

/// 講師: whoever teaches, as everybody may read it.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Instructor {
    pub id: Ref<kind::Instructor>,
    #[oai(validator(max_length = 100))]
    pub public_name: String,
    #[oai(validator(max_length = 100))]
    pub public_name_en: Option<String>,
    #[oai(validator(max_length = 2000))]
    pub profile: Option<String>,
    pub state: InstructorState,
    /// Whom letters and honoraria go to. For the house alone.
    pub patron: Option<Ref<kind::Patron>>,
    /// For the house alone.
    pub payee: Option<Payee>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// An instructor to be made.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct InstructorRequest {
    /// What everybody reads.
    #[oai(validator(min_length = 1, max_length = 100))]
    pub public_name: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub public_name_en: Option<String>,
    #[oai(validator(min_length = 1, max_length = 2000))]
    pub profile: Option<String>,
    /// Whom letters and honoraria go to.
    pub patron: Option<Ref<kind::Patron>>,
    /// Absent: an individual.
    pub payee: Option<Payee>,
}

/// What changes of an instructor.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct InstructorUpdate {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub public_name: Option<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 100))]
    pub public_name_en: MaybeUndefined<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 2000))]
    pub profile: MaybeUndefined<String>,
    #[oai(nullable)]
    pub patron: MaybeUndefined<Ref<kind::Patron>>,
    pub payee: Option<Payee>,
}

/// What somebody does in a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum TeachingRole {
    Lead,
    Assistant,
    /// 代講.
    Substitute,
}

/// Who teaches a session.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SessionTeacher {
    pub instructor: Ref<kind::Instructor>,
    #[oai(validator(max_length = 100))]
    pub public_name: String,
    #[oai(validator(max_length = 100))]
    pub public_name_en: Option<String>,
    pub role: TeachingRole,
    /// Yen for the session before withholding. For the house alone.
    pub honorarium: Option<Yen>,
}

/// Who is to teach a session.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct SessionTeacherRequest {
    pub instructor: Ref<kind::Instructor>,
    /// Absent: the lead.
    pub role: Option<TeachingRole>,
    /// Yen for the session before withholding; absent: unpaid.
    pub honorarium: Option<Yen>,
}

/// What became of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum SessionState {
    Scheduled,
    Held,
    /// 休講.
    Cancelled,
}

/// 各回: when and where a class meets.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CourseSession {
    pub id: Ref<kind::CourseSession>,
    pub class: Ref<kind::CourseClass>,
    /// 第n回. In the order of time while the class is a draft; afterwards it stays.
    pub number: i32,
    /// The civil day on which it begins.
    pub day: Date,
    pub starts_at: Instant,
    /// Excluded.
    pub ends_at: Instant,
    pub state: SessionState,
    /// The room that is taken for it.
    pub room: Option<Ref<kind::Room>>,
    /// Where it is when it is in none of the rooms.
    #[oai(validator(max_length = 200))]
    pub place: Option<String>,
    /// 補講: the cancelled session that it takes the place of.
    pub replaces: Option<Ref<kind::CourseSession>>,
    /// Why it was cancelled.
    #[oai(validator(max_length = 500))]
    pub reason: Option<String>,
    /// The lead first.
    #[oai(validator(max_items = 20))]
    pub teachers: Vec<SessionTeacher>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// A session to be made.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseSessionRequest {
    pub starts_at: Instant,
    /// Excluded; at most a day later.
    pub ends_at: Instant,
    /// It is taken for the session, with the gaps that it needs.
    pub room: Option<Ref<kind::Room>>,
    /// Where it is when it is in none of the rooms.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub place: Option<String>,
    #[oai(validator(max_items = 20))]
    pub teachers: Option<Vec<SessionTeacherRequest>>,
}

/// Sessions to be made: all of them or none.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseSessionsRequest {
    pub class: Ref<kind::CourseClass>,
    #[oai(validator(min_items = 1, max_items = 200))]
    pub sessions: Vec<CourseSessionRequest>,
}

/// Sessions that were made, in the order in which they were asked for.
#[derive(Debug, Clone, Object)]
pub struct CourseSessions {
    #[oai(validator(max_items = 200))]
    pub sessions: Vec<CourseSession>,
    /// A warning: rooms of theirs that hold fewer people than the class has places for.
    #[oai(validator(max_items = 200))]
    pub small_rooms: Vec<Ref<kind::Room>>,
}

/// 開催日自動設定: sessions from a period and days of the week.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct SessionPatternRequest {
    pub class: Ref<kind::CourseClass>,
    /// The first day of the period.
    pub from: Date,
    /// Its end, itself excluded; at most 400 days later.
    pub until: Date,
    #[oai(validator(min_items = 1, max_items = 7, unique_items = true))]
    pub weekdays: Vec<Weekday>,
    /// `10:00`.
    #[oai(validator(max_length = 5, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$"))]
    pub starts: String,
    /// `11:30`, at most `24:00`.
    #[oai(validator(max_length = 5, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"))]
    pub ends: String,
    /// Days on which it does not meet in any case.
    #[oai(validator(max_items = 100))]
    pub except: Option<Vec<Date>>,
    /// Whether it meets on holidays, too; absent: not.
    pub on_holidays: Option<bool>,
    /// How many sessions at most; absent: as many as the period has.
    #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
    pub most: Option<i32>,
    /// It is taken for every session; days on which it is closed are left out.
    pub room: Option<Ref<kind::Room>>,
    /// Where they are when they are in none of the rooms.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub place: Option<String>,
    #[oai(validator(max_items = 20))]
    pub teachers: Option<Vec<SessionTeacherRequest>>,
}

/// Why there is no session on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum DayOffKind {
    Holiday,
    /// 休館日.
    Closed,
    /// Left out by whoever asked.
    Excluded,
}

/// A day without a session.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct SkippedDay {
    pub day: Date,
    pub why: DayOffKind,
    /// What the holiday is called, or the rule that closes the house.
    #[oai(validator(max_length = 200))]
    pub label: Option<String>,
}

/// Somebody who teaches elsewhere.
#[derive(Debug, Clone, Object)]
pub struct TeacherElsewhere {
    pub instructor: Ref<kind::Instructor>,
    #[oai(validator(max_length = 100))]
    pub public_name: String,
    pub session: Ref<kind::CourseSession>,
    pub class: Ref<kind::CourseClass>,
    #[oai(validator(max_length = 200))]
    pub class_title: String,
    pub starts_at: Instant,
    pub ends_at: Instant,
}

/// A session as it would be.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PlannedSession {
    pub starts_at: Instant,
    /// Excluded.
    pub ends_at: Instant,
    /// Whether nothing hinders it.
    pub possible: bool,
    /// What takes the room then.
    #[oai(validator(max_items = 200))]
    pub room_taken: Vec<Collision>,
    /// The rule that closes the room then.
    #[oai(validator(max_length = 200))]
    pub room_closed: Option<String>,
    /// From when there is the room, where there is none on that day.
    pub room_from: Option<Date>,
    /// The first day after its last, in the same case.
    pub room_until: Option<Date>,
    /// How many the room holds, where that is fewer than the class has places for: a warning, unless they are taken already.
    pub room_capacity: Option<i32>,
    /// Rooms of the same facility that hold everybody whom the class has places for and are free then, when this one is not.
    #[oai(validator(max_items = 5))]
    pub free_rooms: Vec<Ref<kind::Room>>,
    /// Who would be in two places.
    #[oai(validator(max_items = 200))]
    pub teachers_elsewhere: Vec<TeacherElsewhere>,
}

/// Sessions as they would be.
#[derive(Debug, Clone, Object)]
pub struct SessionsPreview {
    /// Whether all of them are possible.
    pub possible: bool,
    /// In the order of time.
    #[oai(validator(max_items = 200))]
    pub sessions: Vec<PlannedSession>,
    /// Days that the pattern means and on which there is none.
    #[oai(validator(max_items = 400))]
    pub skipped: Vec<SkippedDay>,
}

/// What changes of a session. Of a published class the time, the room and the place change by a change plan.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseSessionUpdate {
    pub starts_at: Option<Instant>,
    pub ends_at: Option<Instant>,
    #[oai(nullable)]
    pub room: MaybeUndefined<Ref<kind::Room>>,
    #[oai(nullable, validator(min_length = 1, max_length = 200))]
    pub place: MaybeUndefined<String>,
    /// Instead of those who taught it.
    #[oai(validator(max_items = 20))]
    pub teachers: Option<Vec<SessionTeacherRequest>>,
}
