//! What goes back of the bill of an application: the part that a quote says, out of the payments it came with.

use ::course::withdrawal::{PaidLine, QuoteLine};
use billing::{
    Bill, BillLine, BillState, Payment, document,
    payment::{self, PaymentState},
    refund::{self, Reason, RecordRefundError, RefundDraft, RefundLine},
};
use contract::ApiError;
use db::TenantTx;
use kernel::{Instant, Yen, ids::FeeId};

/// What is paid of each line of a bill and has not gone back.
pub fn paid_lines(bill: Option<&Bill>) -> Vec<PaidLine> {
    let paid = bill.filter(|bill| bill.state == BillState::Paid);
    let told = |line: &BillLine| {
        let left = (line.amount - line.refunded).0;
        let fee = line.subject.as_ref().map(|subject| FeeId::from_uuid(subject.id));
        fee.filter(|_| left > 0).map(|fee| PaidLine { line: line.id, fee, amount: left })
    };
    paid.map(|bill| bill.lines.iter().filter_map(told).collect()).unwrap_or_default()
}

/// Gives back what a quote says, each part the way its payment came.
///
/// # Errors
/// What billing refuses with.
pub async fn give_back(
    tx: &mut TenantTx,
    bill: &Bill,
    lines: &[QuoteLine],
    reason: Reason,
    now: Instant,
) -> Result<(), ApiError> {
    let payments = payment::of_bill(tx, bill.id).await?;
    for draft in split(&payments, bill, lines, reason)? {
        let refund = refund::record(tx, &draft, now).await?;
        document::credit(tx, &refund, now).await?;
    }
    Ok(())
}

/// One refund for each payment that money is taken from, the oldest first.
fn split(
    payments: &[Payment],
    bill: &Bill,
    lines: &[QuoteLine],
    reason: Reason,
) -> Result<Vec<RefundDraft>, RecordRefundError> {
    let whole = |one: &QuoteLine| bill.lines.iter().find(|line| line.id == one.line && line.amount.0 == one.refund);
    let owed = lines.iter().filter(|line| line.refund > 0).map(|line| RefundLine {
        line: line.line,
        amount: Yen(line.refund),
        quantity: whole(line).map_or(0, |line| line.quantity),
    });
    let mut owed: Vec<RefundLine> = owed.rev().collect();
    let mut drafts = Vec::new();
    for payment in payments.iter().filter(|one| one.state == PaymentState::Captured) {
        let mut left = payment.amount - payment.refunded;
        let mut parts = Vec::new();
        while left > Yen::ZERO
            && let Some(mut next) = owed.pop()
        {
            let part = RefundLine { amount: next.amount.min(left), ..next };
            left = left - part.amount;
            next.amount = next.amount - part.amount;
            if next.amount > Yen::ZERO {
                owed.push(RefundLine { quantity: 0, ..next });
            }
            parts.push(part);
        }
        if !parts.is_empty() {
            let (payment, route) = (Some(payment.id), payment.method.way_back());
            drafts.push(RefundDraft { bill: bill.id, payment, lines: parts, route, reason });
        }
    }
    if owed.is_empty() { Ok(drafts) } else { Err(RecordRefundError::NeedsPayment) }
}
