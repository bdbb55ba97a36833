//! What follows from applications that move: bills, refunds and letters, in the same transaction.

use std::collections::BTreeMap;

use ::course::{
    application::{self, Application},
    seats::{Move, State},
};
use billing::{
    BillDraft, BillState, LineDraft,
    bill::{self, CancelBillError},
    document,
    refund::{self, Reason, RefundDraft},
};
use contract::ApiError;
use db::TenantTx;
use kernel::{
    Instant, Yen,
    ids::{BillId, CourseApplicationId},
};
use tariff::{Rounding, TaxRate};

use super::letters;
use crate::{Desk, settle, subject};

/// Opens the bills of whoever is to pay now, and tells everybody. Their places are kept already: whatever becomes of the payment,
/// nobody is passed.
///
/// # Errors
/// What billing refuses with.
pub async fn follow(desk: &Desk, tx: &mut TenantTx, moves: &[Move], now: Instant) -> Result<(), ApiError> {
    let due: BTreeMap<_, _> =
        moves.iter().filter(|one| one.to == State::PaymentDue).map(|one| (one.application, one.due_at)).collect();
    for applied in application::find_all(tx, due.keys().copied().collect()).await? {
        bill::open(tx, &draft(&applied, due.get(&applied.id).copied().flatten()), now).await?;
    }
    letters::tell(desk, tx, moves, now).await
}

fn draft(one: &Application, due_at: Option<Instant>) -> BillDraft {
    let line = |line: &application::PriceLine| {
        let tax = tax_of(line.tax_rate);
        LineDraft::listed(line.label.clone(), 1, Yen(line.charged), tax, line.fee.to_string())
            .about(subject::fee(line.fee))
    };
    BillDraft {
        subject: subject::course_application(one.id),
        payer: Some(one.applicant_id),
        channel: one.channel.clone(),
        rounding: Rounding::default(),
        lines: one.lines().iter().map(line).collect(),
        due_at,
    }
}

/// A fee that is not taxed is exempt: 非課税, as tuition of schools is.
const fn tax_of(percent: i32) -> TaxRate {
    match percent {
        10 => TaxRate::Standard,
        8 => TaxRate::Reduced,
        _ => TaxRate::Exempt,
    }
}

/// Before an application ends by somebody's hand: its unpaid bill asks for nothing any more. The bill's row is locked before
/// the class's, as everywhere. Says whether the bill was paid.
///
/// # Errors
/// What billing refuses with: `partly_paid` when some of the money is there.
pub async fn settle_before(tx: &mut TenantTx, id: CourseApplicationId, now: Instant) -> Result<bool, ApiError> {
    let Some(bill) = bill_of(tx, id).await? else { return Ok(false) };
    match bill::cancel_unpaid(tx, bill, now).await {
        Ok(_) => Ok(false),
        Err(CancelBillError::Paid) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

/// Everything that was paid for an application goes back the way it came.
///
/// # Errors
/// What billing refuses with.
pub async fn give_back(
    tx: &mut TenantTx,
    id: CourseApplicationId,
    reason: Reason,
    now: Instant,
) -> Result<(), ApiError> {
    let found = bill::find_of(tx, &subject::course_application(id)).await?;
    let Some(paid) = found.filter(|bill| bill.state == BillState::Paid && bill.total > Yen::ZERO) else {
        return Ok(());
    };
    let route = settle::route_of(tx, paid.id).await?;
    let draft = RefundDraft { bill: paid.id, payment: None, lines: Vec::new(), route, reason };
    let refund = refund::record(tx, &draft, now).await?;
    document::credit(tx, &refund, now).await?;
    Ok(())
}

/// The bill of an application that counts.
///
/// # Errors
/// A fault of the database.
pub async fn bill_of(tx: &mut TenantTx, id: CourseApplicationId) -> Result<Option<BillId>, ApiError> {
    Ok(bill::find_of(tx, &subject::course_application(id)).await?.map(|bill| bill.id))
}
