//! Between hall hire and billing: what an application costs is billed, and what goes back is taken from the lines it was billed on.

use ::venue::application::BillItem;
use billing::{
    Bill, BillDraft, BillState, LineDraft, Subject, bill, document,
    refund::{self, Reason, RefundDraft, RefundLine},
};
use contract::ApiError;
use db::TenantTx;
use kernel::{
    Instant, Yen,
    ids::{BillId, HireApplicationId, HireId, HireQuoteId, PatronId},
};
use tariff::Rounding;

use crate::{settle, subject};

/// Bills what is to be paid, line by line; tax is in the amounts.
///
/// # Errors
/// What billing refuses with.
pub async fn charge(
    tx: &mut TenantTx,
    subject: Subject,
    (payer, channel): (PatronId, &str),
    items: &[BillItem],
    due_at: Option<Instant>,
    now: Instant,
) -> Result<Bill, ApiError> {
    let line = |item: &BillItem| {
        let line = LineDraft::listed(item.label.clone(), 1, item.amount, item.tax, item.quote.to_string());
        line.about(subject::hire(item.hire))
    };
    let draft = BillDraft {
        subject,
        payer: Some(payer),
        channel: channel.to_owned(),
        rounding: Rounding::default(),
        lines: items.iter().map(line).collect(),
        due_at,
    };
    Ok(bill::open(tx, &draft, now).await?)
}

/// Gives back what hires get back, from the lines they were billed on, the oldest bill first, the way it was paid.
///
/// # Errors
/// What billing refuses with.
pub async fn give_back(
    tx: &mut TenantTx,
    (application, supplements): (HireApplicationId, &[HireQuoteId]),
    amounts: &[(HireId, Yen)],
    reason: Reason,
    now: Instant,
) -> Result<(), ApiError> {
    let mut left: Vec<(HireId, Yen)> = amounts.iter().copied().filter(|(_, amount)| *amount > Yen::ZERO).collect();
    let subjects =
        std::iter::once(subject::application(application)).chain(supplements.iter().copied().map(subject::supplement));
    for subject in subjects {
        if left.iter().all(|(_, amount)| *amount == Yen::ZERO) {
            break;
        }
        let found = bill::find_of(tx, &subject).await?;
        let Some(paid) = found.filter(|bill| bill.state == BillState::Paid) else { continue };
        let lines = lines_of(&paid, &mut left);
        if !lines.is_empty() {
            let route = settle::route_of(tx, paid.id).await?;
            let draft = RefundDraft { bill: paid.id, payment: None, lines, route, reason };
            let refund = refund::record(tx, &draft, now).await?;
            document::credit(tx, &refund, now).await?;
        }
    }
    Ok(())
}

/// As much of each line as its hire still gets back.
fn lines_of(paid: &Bill, left: &mut [(HireId, Yen)]) -> Vec<RefundLine> {
    let mut lines = Vec::new();
    for line in &paid.lines {
        let Some(hire) = line.subject.as_ref().filter(|about| about.kind == subject::HIRE) else { continue };
        let wanted = left.iter_mut().find(|(id, _)| id.uuid() == hire.id);
        if let Some((_, wanted)) = wanted {
            let amount = (*wanted).min(line.amount - line.refunded);
            if amount > Yen::ZERO {
                *wanted = *wanted - amount;
                lines.push(RefundLine { line: line.id, amount, quantity: 0 });
            }
        }
    }
    lines
}

/// The bill of an application that counts.
///
/// # Errors
/// A fault of the database.
pub async fn bill_of(tx: &mut TenantTx, id: HireApplicationId) -> Result<Option<BillId>, ApiError> {
    Ok(bill::find_of(tx, &subject::application(id)).await?.map(|bill| bill.id))
}
