//! Applications on the wire.

mod decision;
mod preview;
mod request;

use kernel::ids::kind;
use poem_openapi::{Enum, Object};

use super::leaflet::FeeKind;
use crate::{Instant, Ref, Yen};
pub use decision::{
    CourseAssessRequest, CourseCapacityRequest, CourseMove, CourseMoves, CourseReasonRequest, CourseReorderRequest,
    CourseScreening, CourseScreeningRequest,
};
pub use preview::{
    CourseHouseholdUse, CourseObstacle, CourseOutcome, CoursePreview, CoursePreviewPart, CoursePreviewRequest,
};
pub use request::{CourseApplicationRequest, CourseContact, CourseEntryRequest, CourseParticipant};

/// What somebody does in a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum CourseRole {
    Participant,
    /// Comes along, does not learn, and takes no place.
    Companion,
}

/// How an application came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum CourseChannel {
    Web,
    /// 窓口.
    Counter,
    Telephone,
    /// 往復はがき, 郵送.
    Post,
}

/// Where an application stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum CourseApplicationState {
    /// 書類選考: the staff decides.
    Screening,
    /// 抽選待ち: the draw decides.
    Entered,
    /// 空席待ち, 補欠.
    Waitlisted,
    /// 繰上当選: a place is kept until it is accepted.
    Offered,
    /// A place is kept until it is paid for.
    PaymentDue,
    Admitted,
    /// 落選.
    Lost,
    Rejected,
    Declined,
    /// Not accepted, or not paid, in time.
    Expired,
    Withdrawn,
    /// 中止.
    ClassCancelled,
    Revoked,
}

/// Why letters are taken out to be posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum CourseLetterPurpose {
    /// 結果通知.
    Results,
    /// 支払案内.
    Payment,
    /// 日程変更・中止の連絡.
    Change,
    Other,
}

/// How far a rule is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum RuleMet {
    /// What is known says otherwise.
    No,
    /// Nothing is known, or it is not proven.
    Unknown,
    /// As the applicant says; nobody has seen a paper.
    Claimed,
    Yes,
}

/// What happens when a rule is not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum FindingEffect {
    Block,
    /// The staff has to see a paper.
    Verify,
    /// The applicant is told.
    Warn,
}

/// A rule, and how far a person meets it.
#[derive(Debug, Clone, Object)]
pub struct CourseFinding {
    #[oai(validator(max_length = 200))]
    pub rule: String,
    pub effect: FindingEffect,
    pub met: RuleMet,
}

/// Somebody who takes part.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CoursePerson {
    /// Absent in a preview of somebody who is not known yet.
    pub person: Option<Ref<kind::Person>>,
    pub role: CourseRole,
    /// The rank in a draw, from 0.
    pub tier: Option<i32>,
    /// Rules that they do not simply meet.
    #[oai(validator(max_items = 100))]
    pub findings: Vec<CourseFinding>,
    /// Every rule, met or not: in a preview.
    #[oai(validator(max_items = 100))]
    pub rules: Option<Vec<CourseFinding>>,
    /// Who has an active application to the class and may be the same person: of the same birth date and name or reading. For the
    /// house alone; merge them, or leave it at that.
    #[oai(validator(max_items = 100))]
    pub possible_duplicates: Option<Vec<Ref<kind::Person>>>,
}

/// One fee as it is charged.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CoursePriceLine {
    pub fee: Ref<kind::Fee>,
    /// For whom; absent: for the party, or for somebody who is not known yet.
    pub person: Option<Ref<kind::Person>>,
    pub kind: FeeKind,
    #[oai(validator(max_length = 200))]
    pub label: String,
    /// Percent.
    pub tax_rate: i32,
    pub refundable: bool,
    /// Sessions that it is charged for, where it is charged for each; until the place is given, those that it would be.
    pub sessions: Option<i64>,
    /// Tax included, before any rule.
    pub listed: Yen,
    /// Tax included, to be paid.
    pub charged: Yen,
    /// The price rule that decided, or that they have joined already.
    #[oai(validator(max_length = 200))]
    pub rule: Option<String>,
}

/// 申込: a party that is admitted, waits or loses together.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CourseApplication {
    pub id: Ref<kind::CourseApplication>,
    pub class: Ref<kind::CourseClass>,
    pub window: Ref<kind::ApplicationWindow>,
    /// The same for the parts of a family that was split.
    #[oai(validator(max_length = 36))]
    pub party: String,
    pub applicant: Ref<kind::Patron>,
    /// Places it takes, in the unit of the class.
    pub units: i32,
    pub channel: CourseChannel,
    pub received_at: Instant,
    /// 受付番号, from 1 in the class.
    pub receipt_number: i64,
    /// Opens the application to whoever has no sign-in: sent as `Receipt-Code`, to its bill and payments, too. In the
    /// answer to the application alone.
    #[oai(validator(max_length = 19))]
    pub receipt_code: Option<String>,
    /// 抽選番号: the name of the entry in the draw.
    #[oai(validator(max_length = 20))]
    pub draw_number: Option<String>,
    pub state: CourseApplicationState,
    /// Until when it is to be accepted or paid, or was when that is over.
    pub due_at: Option<Instant>,
    /// The place in the line, from 1, while it waits.
    pub position: Option<i64>,
    #[oai(validator(max_length = 500))]
    pub reason: Option<String>,
    #[oai(validator(max_items = 100))]
    pub people: Vec<CoursePerson>,
    /// Whether a paper is to be seen, somebody may have applied already, or a rule would keep somebody out, as of when it was last judged:
    /// `findings` say which. What was recorded since counts once it is judged again, under `/assess` or as its draw is frozen. For the
    /// house alone.
    pub to_verify: Option<bool>,
    #[oai(validator(max_items = 2000))]
    pub lines: Vec<CoursePriceLine>,
    /// Tax included.
    pub total: Yen,
    /// The version of the form that was answered.
    pub form_version: Option<Ref<kind::FormVersion>>,
    /// Where to join a class that is held online; for whoever is admitted.
    #[oai(validator(max_length = 500))]
    pub join_url: Option<String>,
    /// To be paid under `/v1/bills`, by a guest with the `Receipt-Code`; when one application is read.
    pub bill: Option<Ref<kind::Bill>>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// What was made of an application: one, or one for each person of a family that may be split.
#[derive(Debug, Clone, Object)]
pub struct CourseReceipt {
    #[oai(validator(max_items = 100))]
    pub applications: Vec<CourseApplication>,
}

/// One move of an application.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CourseApplicationEvent {
    /// Numbered without gaps within the class.
    pub number: i64,
    #[oai(validator(max_length = 40))]
    pub kind: String,
    pub from: Option<CourseApplicationState>,
    pub to: Option<CourseApplicationState>,
    #[oai(validator(max_length = 500))]
    pub reason: Option<String>,
    /// Who did it: `staff stf_…`, `patron pat_…`, `system`.
    #[oai(validator(max_length = 80))]
    pub actor: String,
    pub at: Instant,
}

/// What became of an application until now.
#[derive(Debug, Clone, Object)]
pub struct CourseApplicationHistory {
    pub events: Vec<CourseApplicationEvent>,
}
