//! Attendance on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use crate::{Instant, Ref};

/// Whether somebody was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum AttendanceStatus {
    Present,
    Late,
    LeftEarly,
    Absent,
    /// 届出のある欠席.
    Excused,
    /// 振替: attended elsewhere instead.
    MadeUp,
}

/// Where a mark came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum AttendanceSource {
    Staff,
    Device,
}

/// What is recorded of somebody.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct AttendanceEntry {
    pub enrolment: Ref<kind::Enrolment>,
    pub status: AttendanceStatus,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub note: Option<String>,
}

/// Who attended. Whoever is not named stays as they are.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct AttendanceRequest {
    /// Each enrolment once.
    #[oai(validator(max_items = 1000))]
    pub entries: Option<Vec<AttendanceEntry>>,
    /// What holds for everybody else of whom nothing is recorded yet.
    pub others: Option<AttendanceStatus>,
}

/// One mark.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct AttendanceMark {
    /// From 1; a correction is the next.
    pub revision: i32,
    pub status: AttendanceStatus,
    #[oai(validator(max_length = 200))]
    pub note: Option<String>,
    pub source: AttendanceSource,
    /// Who recorded it, by id.
    #[oai(validator(max_length = 80))]
    pub actor: String,
    pub marked_at: Instant,
}

/// Somebody on the sheet.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct AttendanceLine {
    pub enrolment: Ref<kind::Enrolment>,
    pub person: Ref<kind::Person>,
    /// The last that was recorded since the session was put at its time; absent: nothing yet.
    pub mark: Option<AttendanceMark>,
}

/// 出席簿 of a session: everybody who takes part, by receipt number. It names nobody.
#[derive(Debug, Clone, Object)]
pub struct AttendanceSheet {
    pub session: Ref<kind::CourseSession>,
    pub class: Ref<kind::CourseClass>,
    /// 第n回.
    pub number: i32,
    #[oai(validator(max_items = 10000))]
    pub lines: Vec<AttendanceLine>,
    /// 0 while nothing is recorded; for `If-Match`.
    pub version: i32,
}

/// What was recorded of somebody at a session, corrections included.
#[derive(Debug, Clone, Object)]
pub struct AttendanceRevisions {
    pub session: Ref<kind::CourseSession>,
    pub enrolment: Ref<kind::Enrolment>,
    /// Oldest first; the last counts, unless the session was put at another time since.
    #[oai(validator(max_items = 10000))]
    pub marks: Vec<AttendanceMark>,
}
