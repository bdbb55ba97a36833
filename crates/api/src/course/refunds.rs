//! What goes back of the bill of an application: the part that a quote says, out of the payments it came with.

use std::collections::BTreeMap;

use ::course::{
    change_plan::{self, Money},
    withdrawal::{PaidLine, QuoteLine},
};
use billing::{
    Bill, BillLine, BillState, bill,
    refund::{self, Reason, RefundLine},
};
use contract::ApiError;
use db::TenantTx;
use kernel::{
    Instant, Yen,
    ids::{BillId, CourseApplicationId, FeeId},
};

use crate::subject;

/// What goes back with the moves of applications, in yen.
pub type Back = BTreeMap<CourseApplicationId, Yen>;

/// What goes back with the end of applications, each with its moment: what came in for a bill that is still to be called off, and of every
/// other what went back at that very moment or because its time was over. What went back before is told already.
///
/// # Errors
/// A fault of the database.
pub async fn back_of(tx: &mut TenantTx, ended: &BTreeMap<CourseApplicationId, Instant>) -> Result<Back, ApiError> {
    let subjects: Vec<_> = ended.keys().map(|id| id.uuid()).collect();
    let bills = bill::find_all_of(tx, subject::COURSE_APPLICATION, &subjects).await?;
    let about = |bill: &Bill| CourseApplicationId::from_uuid(bill.subject.id);
    let (open, closed): (Vec<&Bill>, Vec<&Bill>) = bills.iter().partition(|bill| bill.state == BillState::Open);
    let mut back: Back = open.iter().map(|bill| (about(bill), bill.paid)).collect();
    if closed.is_empty() {
        return Ok(back);
    }
    let closed: BTreeMap<BillId, CourseApplicationId> = closed.iter().map(|bill| (bill.id, about(bill))).collect();
    for one in refund::of_bills(tx, &closed.keys().copied().collect::<Vec<_>>()).await? {
        let Some(id) = closed.get(&one.bill) else { continue };
        if one.reason == Reason::Lapsed || ended.get(id) == Some(&one.created_at) {
            let sum = back.entry(*id).or_default();
            *sum = *sum + one.amount;
        }
    }
    Ok(back)
}

/// What is paid of each line of a bill and has not gone back, in the order of the bill.
pub fn paid_lines(bill: Option<&Bill>) -> Vec<PaidLine> {
    let paid = bill.filter(|bill| bill.state == BillState::Paid);
    let told = |line: &BillLine| {
        let fee = line.subject.as_ref().map(|subject| FeeId::from_uuid(subject.id));
        fee.map(|fee| PaidLine { line: line.id, fee, amount: (line.amount - line.refunded).0 })
    };
    paid.map(|bill| bill.lines.iter().filter_map(told).collect()).unwrap_or_default()
}

/// What there is of the money of a bill, if there is one.
pub fn money_of(bill: Option<&Bill>) -> Money {
    bill.map_or_else(|| Money::Paid(Vec::new()), money)
}

/// What there is of the money of a bill.
pub fn money(bill: &Bill) -> Money {
    match bill.state {
        BillState::Open => Money::Asked(bill.paid.0),
        BillState::Paid | BillState::Cancelled => Money::Paid(paid_lines(Some(bill))),
    }
}

/// Gives back everything that is left of what was paid for whoever has not left an application. Says how much of it a letter is to tell
/// of: what a change plan was about to give back was told already.
///
/// # Errors
/// What billing refuses with.
pub async fn give_back_theirs(
    tx: &mut TenantTx,
    (id, bill): (CourseApplicationId, &Bill),
    reason: Reason,
    now: Instant,
) -> Result<Yen, ApiError> {
    let (lines, untold) = change_plan::owed_when_revoked(tx, id, &paid_lines(Some(bill))).await?;
    give_back(tx, bill, &lines, reason, now).await?;
    Ok(Yen(untold))
}

/// Gives back, of what has just been paid for an application, the part that is for sessions that were given up since the price was
/// made; where it was `late`, joining fees too that another has carried since. Says how much that is.
///
/// # Errors
/// What billing refuses with.
pub async fn give_back_unheld(
    tx: &mut TenantTx,
    (id, bill): (CourseApplicationId, &Bill),
    late: bool,
    now: Instant,
) -> Result<Yen, ApiError> {
    let lines = change_plan::owed_when_paid(tx, id, (&paid_lines(Some(bill)), late), now).await?;
    if !lines.is_empty() {
        give_back(tx, bill, &lines, Reason::Staff, now).await?;
    }
    Ok(Yen(lines.iter().map(|line| line.refund).sum()))
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
    let whole = |one: &QuoteLine| bill.lines.iter().find(|line| line.id == one.line && line.amount.0 == one.refund);
    let part = |line: &QuoteLine| RefundLine {
        line: line.line,
        amount: Yen(line.refund),
        quantity: whole(line).map_or(0, |line| line.quantity),
    };
    let parts: Vec<RefundLine> = lines.iter().filter(|line| line.refund > 0).map(part).collect();
    // of no lines billing would give back all that is left
    if !parts.is_empty() {
        refund::give_back(tx, bill.id, &parts, reason, now).await?;
    }
    Ok(())
}
