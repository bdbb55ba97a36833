//! Change plans on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use super::{application::CourseApplicationState, session::SessionTeacherRequest};
use crate::{Instant, Ref, Yen};

/// What changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum ChangeKind {
    /// 日程変更.
    MoveSession,
    /// 休講.
    CancelSession,
    /// 補講.
    MakeUp,
    /// Nothing makes up for a session.
    RefundSession,
    /// 中止.
    CancelClass,
}

/// How far a plan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum ChangePlanState {
    /// Nothing has happened yet.
    Planned,
    /// The change is made and everybody is told; money is still going back.
    Running,
    /// Some could not be given what goes back to them; `failures` says who and why.
    Unfinished,
    Done,
}

/// A session at another time or in another place.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct MovePlanRequest {
    pub session: Ref<kind::CourseSession>,
    pub starts_at: Instant,
    /// Excluded; at most a day later.
    pub ends_at: Instant,
    /// It is taken when the plan is carried out.
    pub room: Option<Ref<kind::Room>>,
    /// Where it is when it is in none of the rooms.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub place: Option<String>,
}

/// A session that is not held.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CancellationPlanRequest {
    pub session: Ref<kind::CourseSession>,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub reason: String,
    /// Whether everybody gets back what they paid for this session; absent: not, for there will be another.
    pub refund: Option<bool>,
}

/// A session in the place of one that was cancelled.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct MakeUpPlanRequest {
    /// The one that was cancelled.
    pub session: Ref<kind::CourseSession>,
    pub starts_at: Instant,
    /// Excluded; at most a day later.
    pub ends_at: Instant,
    /// It is taken when the plan is carried out.
    pub room: Option<Ref<kind::Room>>,
    /// Where it is when it is in none of the rooms.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub place: Option<String>,
    /// Who teaches it; absent: whoever would have taught the one that was cancelled.
    #[oai(validator(max_items = 20))]
    pub teachers: Option<Vec<SessionTeacherRequest>>,
}

/// A session that was cancelled and that nothing takes the place of.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct RefundPlanRequest {
    pub session: Ref<kind::CourseSession>,
}

/// What goes back when a class is cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum ClosingRefund {
    /// What is not held.
    Unheld,
    /// Everything, whatever was held.
    All,
}

/// A class that does not take place.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct ClosingPlanRequest {
    pub class: Ref<kind::CourseClass>,
    /// Everybody reads it.
    #[oai(validator(min_length = 1, max_length = 500))]
    pub reason: String,
    /// What is not held when absent.
    pub refund: Option<ClosingRefund>,
}

/// Another class that somebody attends at the new time.
#[derive(Debug, Clone, Object)]
pub struct AttendanceClash {
    pub person: Ref<kind::Person>,
    pub session: Ref<kind::CourseSession>,
    pub class: Ref<kind::CourseClass>,
    #[oai(validator(max_length = 200))]
    pub class_title: String,
    pub starts_at: Instant,
    pub ends_at: Instant,
}

/// An application that a change is about.
#[derive(Debug, Clone, Object)]
pub struct AffectedApplication {
    pub application: Ref<kind::CourseApplication>,
    /// As it was when the plan was made.
    pub state: CourseApplicationState,
    #[oai(validator(max_items = 100))]
    pub people: Vec<Ref<kind::Person>>,
    #[oai(validator(max_items = 1000))]
    pub clashes: Vec<AttendanceClash>,
    /// Yen that go back.
    pub refund: Yen,
    /// No letter reaches anybody: neither whoever applied nor a guardian left an address.
    pub unreached: bool,
}

/// Somebody who could not be given what goes back to them.
#[derive(Debug, Clone, Object)]
pub struct RefundFailure {
    pub application: Ref<kind::CourseApplication>,
    /// The code of the problem that stood against it.
    #[oai(validator(max_length = 100))]
    pub code: String,
}

/// A letter as it is written, in one language; who is addressed and the receipt are filled in for each reader.
#[derive(Debug, Clone, Object)]
pub struct ChangeNotice {
    /// `ja` or `en`.
    #[oai(validator(max_length = 2))]
    pub language: String,
    /// How many get it.
    pub readers: i32,
    #[oai(validator(max_length = 500))]
    pub subject: String,
    #[oai(validator(max_length = 10000))]
    pub body: String,
}

/// 変更手続: what a change does to everybody, told before it is done.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ChangePlan {
    pub id: Ref<kind::ChangePlan>,
    pub class: Ref<kind::CourseClass>,
    pub kind: ChangeKind,
    /// The session that it is about.
    pub session: Option<Ref<kind::CourseSession>>,
    pub state: ChangePlanState,
    /// SHA-256 of the plan, in hexadecimal: what is carried out is exactly this.
    #[oai(validator(max_length = 64))]
    pub hash: String,
    /// Everybody whose application is active.
    #[oai(validator(max_items = 10000))]
    pub affected: Vec<AffectedApplication>,
    #[oai(validator(max_items = 2))]
    pub notices: Vec<ChangeNotice>,
    /// Yen that go back, all together.
    pub refund: Yen,
    /// How many get something back, and how many of them have it.
    pub refunds: i32,
    pub refunds_done: i32,
    /// Who could not be given what goes back to them.
    #[oai(validator(max_items = 10000))]
    pub failures: Vec<RefundFailure>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}
