//! 利用区分・利用者登録 on the wire.

use kernel::ids::kind;
use poem_openapi::{Enum, Object, types::MaybeUndefined};

use crate::{Date, Instant, Ref};

/// 利用区分: what sort of user somebody is registered as. Prices name it by its code.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct UserClass {
    pub id: Ref<kind::UserClass>,
    /// Unique at the contractor.
    #[oai(validator(max_length = 30))]
    pub code: String,
    #[oai(validator(max_length = 100))]
    pub name: String,
    #[oai(validator(max_length = 100))]
    pub name_en: Option<String>,
    /// Its place among the others where they are shown.
    pub ordinal: i32,
    /// 適用開始日.
    pub effective_from: Date,
    /// 廃止日: not given any more from this day on; who has it keeps it for their period.
    pub effective_until: Option<Date>,
    /// Whether who is of it lives, works or goes to school in the municipality. Absent: it does not say, and papers decide.
    pub resident: Option<bool>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
}

/// A user class to be made.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct UserClassRequest {
    /// Unique at the contractor. It stays as it is.
    #[oai(validator(min_length = 1, max_length = 30))]
    pub code: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name_en: Option<String>,
    /// Its place among the others where they are shown; 0 when absent.
    #[oai(validator(minimum(value = "0"), maximum(value = "10000")))]
    pub ordinal: Option<i32>,
    /// 適用開始日.
    pub effective_from: Date,
    /// 廃止日: not given any more from this day on.
    pub effective_until: Option<Date>,
    /// 市内・市外: whether who is of it lives, works or goes to school in the municipality. Absent: it does not say, and papers
    /// that the staff has seen decide.
    pub resident: Option<bool>,
}

/// What changes of a user class.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct UserClassUpdate {
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: Option<String>,
    #[oai(nullable, validator(min_length = 1, max_length = 100))]
    pub name_en: MaybeUndefined<String>,
    #[oai(validator(minimum(value = "0"), maximum(value = "10000")))]
    pub ordinal: Option<i32>,
    /// 廃止日: not given any more from this day on.
    #[oai(nullable)]
    pub effective_until: MaybeUndefined<Date>,
    #[oai(nullable)]
    pub resident: MaybeUndefined<bool>,
}

/// The state of a registration now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum StandingState {
    /// Being written.
    Draft,
    /// 審査中.
    Pending,
    /// 差戻し: waits for the patron to mend it.
    Returned,
    Refused,
    /// Approved and not over.
    Active,
    /// 利用停止中.
    Suspended,
    /// Its period has ended.
    Expired,
    /// 抹消, or withdrawn.
    Closed,
}

/// One question of the form, with what was answered.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct StandingAnswer {
    #[oai(validator(min_length = 1, max_length = 200))]
    pub question: String,
    #[oai(validator(max_length = 1000))]
    pub answer: String,
}

/// 利用者登録: a patron as a user of a class, applied for, decided, in force for a period.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Standing {
    pub id: Ref<kind::Standing>,
    pub patron: Ref<kind::Patron>,
    pub user_class: Ref<kind::UserClass>,
    pub state: StandingState,
    /// The first day on which it holds.
    pub valid_from: Option<Date>,
    /// The first day on which it does not hold any more.
    pub valid_until: Option<Date>,
    pub suspended_until: Option<Instant>,
    /// The one it renews.
    pub follows: Option<Ref<kind::Standing>>,
    /// Where one is shown by itself.
    #[oai(validator(max_items = 30))]
    pub answers: Option<Vec<StandingAnswer>>,
    /// What staff said last, where one is shown by itself.
    #[oai(validator(max_length = 1000))]
    pub reason: Option<String>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i64,
}

/// A patron's own application.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct OwnStandingRequest {
    pub user_class: Ref<kind::UserClass>,
    #[oai(validator(max_items = 30))]
    pub answers: Option<Vec<StandingAnswer>>,
    /// Whether it goes to the office at once; a draft otherwise.
    #[oai(default)]
    pub submit: bool,
}

/// What a patron mends: what is absent stays.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct OwnStandingUpdate {
    pub user_class: Option<Ref<kind::UserClass>>,
    #[oai(validator(max_items = 30))]
    pub answers: Option<Vec<StandingAnswer>>,
}

/// An application that staff enter for a patron.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct StandingRequest {
    pub patron: Ref<kind::Patron>,
    pub user_class: Ref<kind::UserClass>,
    #[oai(validator(max_items = 30))]
    pub answers: Option<Vec<StandingAnswer>>,
}

/// The period for which a registration is approved.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct StandingApproval {
    /// The first day; today when absent.
    pub valid_from: Option<Date>,
    /// The first day on which it does not hold any more; absent: it never expires.
    pub valid_until: Option<Date>,
}

/// What staff say to the patron.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct StandingReason {
    #[oai(validator(min_length = 1, max_length = 1000))]
    pub reason: String,
}

/// A suspension.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct StandingSuspension {
    /// Then it is over by itself.
    pub until: Instant,
    #[oai(validator(min_length = 1, max_length = 1000))]
    pub reason: String,
}

/// The end of the period that follows.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct StandingRenewal {
    /// The first day on which it does not hold any more; absent: it never expires.
    pub valid_until: Option<Date>,
}
