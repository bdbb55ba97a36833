//! Withdrawals on the wire.

use kernel::ids::kind;
use poem_openapi::Object;

use crate::{Instant, Ref, Yen};

/// Which application would be withdrawn.
#[derive(Debug, Clone, Object)]
#[oai(deny_unknown_fields)]
pub struct CourseWithdrawalQuoteRequest {
    pub application: Ref<kind::CourseApplication>,
    /// Who of the party leaves, while others stay; absent: all of it.
    #[oai(validator(min_items = 1, max_items = 100, unique_items))]
    pub people: Option<Vec<Ref<kind::Person>>>,
}

/// What goes back of one line of the bill.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CourseWithdrawalLine {
    pub bill_line: Ref<kind::BillLine>,
    pub fee: Ref<kind::Fee>,
    #[oai(validator(max_length = 200))]
    pub label: String,
    pub refundable: bool,
    pub paid: Yen,
    /// Of what is paid, the part for sessions that have not begun or were cancelled.
    pub ahead: Yen,
    pub refund: Yen,
}

/// What goes back if the application is withdrawn with this quote before `valid_until`: exactly that, to the yen.
#[derive(Debug, Clone, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CourseWithdrawalQuote {
    pub id: Ref<kind::WithdrawalQuote>,
    pub application: Ref<kind::CourseApplication>,
    #[oai(validator(max_items = 1000))]
    pub lines: Vec<CourseWithdrawalLine>,
    /// Who of the party leaves; absent: all of it.
    #[oai(validator(max_items = 100))]
    pub people: Option<Vec<Ref<kind::Person>>>,
    pub paid: Yen,
    pub refund: Yen,
    /// Excluded; what goes back may change then.
    pub valid_until: Instant,
    /// When the application was withdrawn with it.
    pub used_at: Option<Instant>,
    pub created_at: Instant,
}
