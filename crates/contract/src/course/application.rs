//! Applications on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object, types::MaybeUndefined};

use super::leaflet::FeeKind;
use crate::{
    Date, Instant, Ref, Yen,
    patron::{form::FormAnswers, person::FactRequest},
    problem::FieldFault,
};

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
    /// Sessions that it is charged for, where it is charged for each.
    pub sessions: Option<i64>,
    /// Tax included, before any rule.
    pub listed: Yen,
    /// Tax included, to be paid.
    pub charged: Yen,
    /// The price rule that decided.
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
    /// Opens the application to whoever has no sign-in: sent as `Receipt-Code`. In the answer to the application alone.
    #[oai(validator(max_length = 19))]
    pub receipt_code: Option<String>,
    /// 抽選番号: the name of the entry in the draw.
    #[oai(validator(max_length = 20))]
    pub draw_number: Option<String>,
    pub state: CourseApplicationState,
    /// Until when it is to be accepted or paid.
    pub due_at: Option<Instant>,
    /// The place in the line, from 1, while it waits.
    pub position: Option<i64>,
    #[oai(validator(max_length = 500))]
    pub reason: Option<String>,
    #[oai(validator(max_items = 100))]
    pub people: Vec<CoursePerson>,
    /// Whether a paper is to be seen, or whether somebody has applied already. For the house alone.
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
    /// To be paid under `/v1/bills`; when one application is read.
    pub bill: Option<Ref<kind::Bill>>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// Somebody who would take part: known by `person`, or entered with a name.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseParticipant {
    pub person: Option<Ref<kind::Person>>,
    /// Learns when absent.
    pub role: Option<CourseRole>,
    /// Of somebody who is entered now.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: Option<String>,
    /// The reading of the name.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub kana: Option<String>,
    pub birth_date: Option<Date>,
    /// What they say of themselves: residence, school, work. Nobody has seen a paper.
    #[oai(validator(max_items = 20))]
    pub facts: Option<Vec<FactRequest>>,
    /// Optional fees that are wanted for them alone, beside those that are wanted for everybody.
    #[oai(validator(max_items = 20))]
    pub options: Option<Vec<Ref<kind::Fee>>>,
    /// Answers to the questions that the form of the class asks for each person.
    pub answers: Option<FormAnswers>,
}

/// Who can be reached about an application. Kept sealed, apart from it.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseContact {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub name: String,
    /// The reading of the name.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub kana: Option<String>,
    #[oai(validator(min_length = 1, max_length = 254))]
    pub email: Option<String>,
    #[oai(validator(min_length = 1, max_length = 50))]
    pub phone: Option<String>,
}

/// What a preview is asked for.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CoursePreviewRequest {
    pub class: Ref<kind::CourseClass>,
    /// The first that is open and fits when absent.
    pub window: Option<Ref<kind::ApplicationWindow>>,
    #[oai(validator(min_items = 1, max_items = 100))]
    pub people: Vec<CourseParticipant>,
    /// Optional fees that are wanted.
    #[oai(validator(max_items = 20))]
    pub options: Option<Vec<Ref<kind::Fee>>>,
    /// Each person is an application of their own. All or none when absent.
    pub splittable: Option<bool>,
    /// For whom a server would apply.
    pub patron: Option<Ref<kind::Patron>>,
    /// Answers to what the form of the class asks once; when nobody of the party answers anything, they are not looked at.
    pub answers: Option<FormAnswers>,
}

/// What would become of an application now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum CourseOutcome {
    /// Its places are kept at once: it is admitted, or to be paid.
    Seated,
    /// 空席待ち.
    Waitlisted,
    /// 抽選待ち.
    Entered,
    /// 書類選考.
    Screening,
    /// It would be refused; `obstacles` say why.
    Refused,
}

/// A rule that stands against an application, as the application would be refused.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CourseObstacle {
    /// The stable name of the rule, as in a problem.
    #[oai(validator(max_length = 80))]
    pub code: String,
    #[oai(validator(max_length = 500))]
    pub detail: String,
    /// When the next window opens.
    pub opens_at: Option<Instant>,
    /// How many there may be.
    pub most: Option<i64>,
    /// Each fault of what was answered.
    #[oai(validator(max_items = 100))]
    pub errors: Option<Vec<FieldFault>>,
}

/// One application of those that would be made.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CoursePreviewPart {
    /// Who is in it: places among `people`, from 0.
    #[oai(validator(max_items = 100))]
    pub people: Vec<i32>,
    pub window: Option<Ref<kind::ApplicationWindow>>,
    pub units: i32,
    /// The rank in a draw, from 0.
    pub tier: i32,
    /// Tax included.
    pub total: Yen,
    pub outcome: CourseOutcome,
    /// The place in the line, from 1, if it waits.
    pub position: Option<i64>,
}

/// Applications of a household in the term.
#[derive(Debug, Clone, Object)]
pub struct CourseHouseholdUse {
    /// With those that would be made.
    pub active: i64,
    pub most: i64,
}

/// What would become of an application now: what the same application would be answered.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CoursePreview {
    /// Whether nothing stands against it.
    pub may_apply: bool,
    #[oai(validator(max_items = 100))]
    pub obstacles: Vec<CourseObstacle>,
    /// That takes it, of its first part; absent: none does.
    pub window: Option<Ref<kind::ApplicationWindow>>,
    pub units: i32,
    /// The rank of the party in a draw, from 0.
    pub tier: i32,
    #[oai(validator(max_items = 100))]
    pub people: Vec<CoursePerson>,
    #[oai(validator(max_items = 2000))]
    pub lines: Vec<CoursePriceLine>,
    pub total: Yen,
    /// The applications that would be made: one, or one for each person of a family that may be split.
    #[oai(validator(max_items = 100))]
    pub parts: Vec<CoursePreviewPart>,
    /// Who has an active application to the class already.
    #[oai(validator(max_items = 100))]
    pub already_applied: Vec<Ref<kind::Person>>,
    /// Where the class limits what a household applies for.
    pub household: Option<CourseHouseholdUse>,
}

/// An application.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseApplicationRequest {
    pub class: Ref<kind::CourseClass>,
    /// The first that is open and fits when absent.
    pub window: Option<Ref<kind::ApplicationWindow>>,
    #[oai(validator(min_items = 1, max_items = 100))]
    pub people: Vec<CourseParticipant>,
    /// Optional fees that are wanted.
    #[oai(validator(max_items = 20))]
    pub options: Option<Vec<Ref<kind::Fee>>>,
    /// Each person is an application of their own: some may be admitted and others not. All or none when absent.
    pub splittable: Option<bool>,
    /// For whom a server applies; for a patron's own session it is that patron.
    pub patron: Option<Ref<kind::Patron>>,
    /// A guest who leaves a contact.
    pub contact: Option<CourseContact>,
    /// Answers to what the form of the class asks once.
    pub answers: Option<FormAnswers>,
}

/// An application that came over the counter, by telephone or by post. It stands as any other.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseEntryRequest {
    pub class: Ref<kind::CourseClass>,
    /// The first that was open when it was received, and fits, when absent.
    pub window: Option<Ref<kind::ApplicationWindow>>,
    #[oai(validator(min_items = 1, max_items = 100))]
    pub people: Vec<CourseParticipant>,
    /// Optional fees that are wanted.
    #[oai(validator(max_items = 20))]
    pub options: Option<Vec<Ref<kind::Fee>>>,
    /// Each person is an application of their own. All or none when absent.
    pub splittable: Option<bool>,
    /// Who applies, if they are registered.
    pub patron: Option<Ref<kind::Patron>>,
    /// Who applies, if they are not.
    pub contact: Option<CourseContact>,
    pub channel: CourseChannel,
    /// When it came: the postmark, the call. Now when absent.
    pub received_at: Option<Instant>,
    /// Seats the party at once, past the line and from the places held back, for this reason, which is kept.
    #[oai(validator(min_length = 1, max_length = 500))]
    pub seat_because: Option<String>,
    /// Answers to what the form of the class asks once.
    pub answers: Option<FormAnswers>,
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

/// Why the staff decides so.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseReasonRequest {
    #[oai(validator(min_length = 1, max_length = 500))]
    pub reason: String,
}

/// How an application is judged again.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseAssessRequest {
    /// Whoever may be the same as somebody who has applied already is somebody else; no when absent.
    pub distinct: Option<bool>,
}

/// Another place in the line.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseReorderRequest {
    /// From 1.
    #[oai(validator(minimum(value = "1"), maximum(value = "100000")))]
    pub position: i32,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub reason: String,
}

/// What the staff decided of those who are screened. Whoever is not named stays before the staff.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseScreeningRequest {
    /// In the order in which they are seated, as far as there are places; the others of them wait.
    #[oai(validator(max_items = 1000))]
    pub admit: Option<Vec<Ref<kind::CourseApplication>>>,
    /// Behind them, in this order.
    #[oai(validator(max_items = 1000))]
    pub wait: Option<Vec<Ref<kind::CourseApplication>>>,
    #[oai(validator(max_items = 1000))]
    pub reject: Option<Vec<Ref<kind::CourseApplication>>>,
    /// Why; required when somebody is rejected.
    #[oai(validator(min_length = 1, max_length = 500))]
    pub reason: Option<String>,
}

/// Another number of places.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseCapacityRequest {
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub capacity: i32,
    /// 関係者枠; as many as now when absent.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub held_back: Option<i32>,
    /// How many may wait; as many as now when absent, and as many as like when null.
    #[oai(nullable, validator(minimum(value = "0"), maximum(value = "100000")))]
    pub waiting_capacity: MaybeUndefined<i32>,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub reason: String,
}

/// 書類選考: what is decided beforehand, in the order in which it is carried out.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CourseScreening {
    pub class: Ref<kind::CourseClass>,
    #[oai(validator(max_items = 10000))]
    pub admit: Vec<Ref<kind::CourseApplication>>,
    #[oai(validator(max_items = 10000))]
    pub wait: Vec<Ref<kind::CourseApplication>>,
    #[oai(validator(max_items = 10000))]
    pub reject: Vec<Ref<kind::CourseApplication>>,
    /// Why, for those who are rejected.
    #[oai(validator(max_length = 500))]
    pub reason: Option<String>,
    pub prepared_at: Instant,
    /// Since when everybody knows; absent: nobody does yet.
    pub released_at: Option<Instant>,
    pub version: i32,
}

/// An application that is somewhere else than before.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CourseMove {
    pub application: Ref<kind::CourseApplication>,
    pub from: Option<CourseApplicationState>,
    pub to: CourseApplicationState,
    /// Until when it is to be accepted or paid.
    pub due_at: Option<Instant>,
}

/// Everything that moved, in order.
#[derive(Debug, Clone, Object)]
pub struct CourseMoves {
    pub moves: Vec<CourseMove>,
}
