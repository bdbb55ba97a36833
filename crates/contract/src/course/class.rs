//! Classes on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object, types::MaybeUndefined};

use super::rule::ClassRules;
use crate::{Date, Instant, Ref};

/// How applications are decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum ClassAdmission {
    /// 先着.
    FirstCome,
    /// 抽選.
    Draw,
    /// 書類選考.
    Screening,
}

/// Where it takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Delivery {
    InPerson,
    Online,
    Hybrid,
}

/// What places are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum CapacityUnit {
    /// 人.
    Person,
    /// 組.
    Party,
}

/// Who of the waiting list is promoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum GroupPolicy {
    /// Nobody passes the first in line.
    StrictHead,
    /// The next that fits.
    SkipIfNotFit,
}

/// What was decided of a class. Whether it takes applications is judged by its windows and the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum ClassState {
    Draft,
    Published,
    /// 中止.
    Cancelled,
    /// 閉講: it has met for the last time, and nothing of it is open.
    Completed,
}

/// クラス: what people apply for.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CourseClass {
    pub id: Ref<kind::CourseClass>,
    pub course: Ref<kind::Course>,
    pub term: Ref<kind::Term>,
    /// Unique in its term.
    #[oai(validator(max_length = 30))]
    pub code: String,
    #[oai(validator(max_length = 200))]
    pub title: String,
    #[oai(validator(max_length = 200))]
    pub title_en: Option<String>,
    pub state: ClassState,
    /// 定員, in the unit of the class.
    pub capacity: i32,
    /// 関係者枠: of the capacity, kept back from everybody but the staff. For the house alone.
    pub held_back: Option<i32>,
    /// How many may wait; absent: as many as like.
    pub waiting_capacity: Option<i32>,
    pub capacity_unit: CapacityUnit,
    pub max_party: i32,
    /// 最少催行人数.
    pub minimum_enrolment: Option<i32>,
    /// The last day on which it is decided whether the class runs.
    pub decide_by: Option<Date>,
    pub admission: ClassAdmission,
    pub delivery: Delivery,
    pub group_policy: GroupPolicy,
    /// How long somebody promoted may think.
    pub offer_minutes: i32,
    /// How many days there are to pay: until the class begins at most, or, for who joins later, until its last session does.
    pub payment_days: i32,
    /// 猶予: for how many days after the deadline the place is kept. Money that comes in them is in time.
    pub payment_grace_days: i32,
    /// Percent of the sessions held that completes it (修了), rounded up to whole sessions: 66 is two thirds of up to 49, 33 one third of up to
    /// 99.
    pub completion_percent: Option<i32>,
    pub rules: ClassRules,
    pub form_version: Option<Ref<kind::FormVersion>>,
    /// For the house; whoever is admitted is told it.
    #[oai(validator(max_length = 500))]
    pub join_url: Option<String>,
    pub published_at: Option<Instant>,
    /// Whether it runs, once that is decided.
    pub decision: Option<RunDecision>,
    /// 結果通知: decisions are told from then on; absent: at once. The draw of a window that closes later is
    /// published once what came on paper has had its time (`paper_hours`).
    pub results_at: Option<Instant>,
    /// Places are offered to whoever waits until this session begins, counted in the order of time; absent: until the first. The
    /// line ends then.
    pub promote_until: Option<i32>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// Whether a class runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum RunDecision {
    /// 開講.
    Go,
    /// 中止.
    Cancelled,
}

/// A class to be made, as a draft.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct ClassRequest {
    pub course: Ref<kind::Course>,
    pub term: Ref<kind::Term>,
    /// Unique in its term. It stays as it is.
    #[oai(validator(min_length = 1, max_length = 30))]
    pub code: String,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title: String,
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title_en: Option<String>,
    /// 定員, in the unit of the class.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub capacity: i32,
    /// 関係者枠: of the capacity; 0 when absent.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub held_back: Option<i32>,
    /// How many may wait; absent: as many as like.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub waiting_capacity: Option<i32>,
    /// 人 when absent. It stays as it is.
    pub capacity_unit: Option<CapacityUnit>,
    /// 1 when absent.
    #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
    pub max_party: Option<i32>,
    /// 最少催行人数.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub minimum_enrolment: Option<i32>,
    /// The last day on which it is decided whether the class runs; only with a minimum.
    pub decide_by: Option<Date>,
    pub admission: ClassAdmission,
    /// In person when absent.
    pub delivery: Option<Delivery>,
    /// The next that fits when absent.
    pub group_policy: Option<GroupPolicy>,
    /// How long somebody promoted may think; three days when absent.
    #[oai(validator(minimum(value = "1"), maximum(value = "129600")))]
    pub offer_minutes: Option<i32>,
    /// How many days there are to pay; 7 when absent.
    #[oai(validator(minimum(value = "0"), maximum(value = "90")))]
    pub payment_days: Option<i32>,
    /// 猶予: for how many days after the deadline the place is kept; none when absent. The deadline that is told and billed stays.
    #[oai(validator(minimum(value = "0"), maximum(value = "10")))]
    pub payment_grace_days: Option<i32>,
    /// Percent of the sessions held that completes it (修了), rounded up to whole sessions: 66 is two thirds of up to 49, 33 one third of up to
    /// 99.
    #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
    pub completion_percent: Option<i32>,
    /// None when absent.
    pub rules: Option<ClassRules>,
    pub form_version: Option<Ref<kind::FormVersion>>,
    #[oai(validator(min_length = 1, max_length = 500))]
    pub join_url: Option<String>,
    /// 結果通知: decisions are told from then on; absent: at once. The draw of a window that closes later is
    /// published once what came on paper has had its time (`paper_hours`).
    pub results_at: Option<Instant>,
    /// Places are offered to whoever waits until this session begins, counted in the order of time; absent: until the first. The
    /// line ends then.
    #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
    pub promote_until: Option<i32>,
}

/// What changes of a class. Once it is published, only what stands before `capacity` does.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct ClassUpdate {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title: Option<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 200))]
    pub title_en: MaybeUndefined<String>,
    #[oai(nullable, validator(minimum(value = "0"), maximum(value = "100000")))]
    pub minimum_enrolment: MaybeUndefined<i32>,
    #[oai(nullable)]
    pub decide_by: MaybeUndefined<Date>,
    /// Once it is published, only downwards.
    #[oai(nullable, validator(minimum(value = "1"), maximum(value = "100")))]
    pub completion_percent: MaybeUndefined<i32>,
    #[oai(nullable, validator(min_length = 1, max_length = 500))]
    pub join_url: MaybeUndefined<String>,
    #[oai(nullable)]
    pub results_at: MaybeUndefined<Instant>,
    #[oai(nullable, validator(minimum(value = "1"), maximum(value = "200")))]
    pub promote_until: MaybeUndefined<i32>,
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub capacity: Option<i32>,
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub held_back: Option<i32>,
    #[oai(nullable, validator(minimum(value = "0"), maximum(value = "100000")))]
    pub waiting_capacity: MaybeUndefined<i32>,
    #[oai(validator(minimum(value = "1"), maximum(value = "100")))]
    pub max_party: Option<i32>,
    pub admission: Option<ClassAdmission>,
    pub delivery: Option<Delivery>,
    pub group_policy: Option<GroupPolicy>,
    #[oai(validator(minimum(value = "1"), maximum(value = "129600")))]
    pub offer_minutes: Option<i32>,
    #[oai(validator(minimum(value = "0"), maximum(value = "90")))]
    pub payment_days: Option<i32>,
    #[oai(validator(minimum(value = "0"), maximum(value = "10")))]
    pub payment_grace_days: Option<i32>,
    pub rules: Option<ClassRules>,
    #[oai(nullable)]
    pub form_version: MaybeUndefined<Ref<kind::FormVersion>>,
}

/// Where a class is copied to.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct ClassCopyRequest {
    pub term: Ref<kind::Term>,
    /// Unique in that term.
    #[oai(validator(min_length = 1, max_length = 30))]
    pub code: String,
    /// Absent: as it is. One that is given has no English title until it is told.
    #[oai(validator(min_length = 1, max_length = 200))]
    pub title: Option<String>,
    /// The form that it asks by; absent: the same, which has to be offered still.
    pub form_version: Option<Ref<kind::FormVersion>>,
    /// 定員, in the unit of the class; absent: as it is.
    #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
    pub capacity: Option<i32>,
    /// Whether its sessions come along; absent: they do.
    pub sessions: Option<bool>,
    /// Whether those that would be on a holiday come along, too; `false`: they are left out; absent: nothing is copied while there are
    /// such, and `conflicts` says which.
    pub on_holidays: Option<bool>,
}
