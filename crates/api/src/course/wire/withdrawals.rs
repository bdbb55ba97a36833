//! Withdrawals: plain translations.

use ::course::withdrawal::{QuoteLine, WithdrawalQuote};
use contract::{
    Yen,
    course::withdrawal::{CourseWithdrawalLine, CourseWithdrawalQuote},
};
use db::Fault;

fn line(one: &QuoteLine) -> CourseWithdrawalLine {
    CourseWithdrawalLine {
        bill_line: one.line.into(),
        fee: one.fee.into(),
        label: one.label.clone(),
        refundable: one.refundable,
        paid: Yen(kernel::Yen(one.paid)),
        ahead: Yen(kernel::Yen(one.ahead)),
        refund: Yen(kernel::Yen(one.refund)),
    }
}

/// # Errors
/// A fault when what is kept cannot be read.
pub fn told(one: &WithdrawalQuote) -> Result<CourseWithdrawalQuote, Fault> {
    Ok(CourseWithdrawalQuote {
        id: one.id.into(),
        application: one.application_id.into(),
        lines: one.lines()?.iter().map(line).collect(),
        people: one.people()?.map(|people| people.into_iter().map(Into::into).collect()),
        paid: Yen(kernel::Yen(one.paid)),
        refund: Yen(kernel::Yen(one.refund)),
        valid_until: one.valid_until.into(),
        used_at: one.used_at.map(Into::into),
        created_at: one.created_at.into(),
    })
}
