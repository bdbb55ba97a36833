//! What the journal says.

use audit::{Event, Subject};
use kernel::ids::{CourseApplicationId, WithdrawalQuoteId};
use serde::Serialize;

use super::WithdrawalQuote;

/// Somebody was told what would go back.
#[derive(Debug, Serialize)]
pub struct WithdrawalQuoted {
    quote: WithdrawalQuoteId,
    application: CourseApplicationId,
    paid: i64,
    refund: i64,
}

/// Somebody withdrew, and that went back.
#[derive(Debug, Serialize)]
pub struct WithdrawnByQuote {
    quote: WithdrawalQuoteId,
    application: CourseApplicationId,
    refund: i64,
}

impl WithdrawalQuoted {
    pub const fn of(one: &WithdrawalQuote) -> Self {
        Self { quote: one.id, application: one.application_id, paid: one.paid, refund: one.refund }
    }
}

impl WithdrawnByQuote {
    pub const fn of(one: &WithdrawalQuote) -> Self {
        Self { quote: one.id, application: one.application_id, refund: one.refund }
    }
}

impl Event for WithdrawalQuoted {
    const NAME: &'static str = "course.withdrawal.quoted";

    fn subject(&self) -> Subject {
        Subject::new("withdrawal_quote", self.quote)
    }
}

impl Event for WithdrawnByQuote {
    const NAME: &'static str = "course.withdrawal.redeemed";

    fn subject(&self) -> Subject {
        Subject::new("withdrawal_quote", self.quote)
    }
}
