//! What follows from applications that move: bills, refunds and letters, in the same transaction.

use std::collections::BTreeMap;

use ::course::{
    application::{self, Application},
    seats::{Move, State},
};
use billing::{
    Bill, BillDraft, BillState, LineDraft, bill,
    call_off::{self, CalledOff},
    refund::Reason,
};
use contract::ApiError;
use db::TenantTx;
use kernel::{
    Instant, Yen,
    ids::{BillId, CourseApplicationId},
};
use tariff::{Rounding, TaxRate};

use super::{
    letters,
    refunds::{self, Back},
};
use crate::{Desk, subject};

/// Decides what whoever is offered a place or is to pay now is charged, opens the bills, and tells everybody. Their places are kept
/// already: whatever becomes of the payment, nobody is passed. Of whom nothing is asked after all, they are admitted.
///
/// # Errors
/// What billing refuses with.
pub async fn follow(desk: &Desk, tx: &mut TenantTx, moves: &[Move], now: Instant) -> Result<(), ApiError> {
    follow_with(desk, tx, moves, &Back::new(), now).await
}

/// As [`follow`], with what goes back to whom.
///
/// # Errors
/// What billing refuses with.
pub async fn follow_with(
    desk: &Desk,
    tx: &mut TenantTx,
    moves: &[Move],
    back: &Back,
    now: Instant,
) -> Result<(), ApiError> {
    let due: BTreeMap<_, _> =
        moves.iter().filter(|one| one.to == State::PaymentDue).map(|one| (one.application, one.due_at)).collect();
    let charged = application::charge(tx, moves, now).await?;
    let drafts: Vec<BillDraft> =
        charged.due.iter().map(|applied| draft(applied, due.get(&applied.id).copied().flatten())).collect();
    let opened = bill::open_all(tx, &drafts, now).await?;
    let kept = opened.iter().zip(&charged.due).filter_map(|(bill, of)| Some((bill.id, of.kept_until?)));
    bill::keep_open(tx, &kept.collect::<Vec<_>>()).await?;
    let lapsed = moves.iter().filter(|one| one.to == State::Expired).map(|one| (one.application, now)).collect();
    let mut all = refunds::back_of(tx, &lapsed).await?;
    all.extend(back);
    let moves: Vec<Move> = moves.iter().copied().chain(charged.admitted).collect();
    letters::tell(desk, tx, &moves, &all, now).await
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

/// The bill of an application that counts, locked until the transaction ends: before the class, as everywhere. What is read of it
/// stays.
///
/// # Errors
/// A fault of the database.
pub async fn hold_bill(tx: &mut TenantTx, id: CourseApplicationId) -> Result<Option<Bill>, ApiError> {
    let Some(bill) = bill_of(tx, id).await? else { return Ok(None) };
    Ok(bill::hold(tx, bill).await?)
}

/// Whether the bill that was held before the class was locked is still the one that counts: another may have been opened meanwhile.
///
/// # Errors
/// A fault of the database.
pub async fn still_counts(tx: &mut TenantTx, id: CourseApplicationId, held: Option<&Bill>) -> Result<bool, ApiError> {
    Ok(bill_of(tx, id).await? == held.map(|bill| bill.id))
}

/// After an application ended by somebody's hand: a bill that asks for money does not any more, and what came in for it goes back.
/// Says how much that is. A bill that is paid stays as it is.
///
/// # Errors
/// What billing refuses with.
pub async fn call_off(tx: &mut TenantTx, held: Option<&Bill>, reason: Reason, now: Instant) -> Result<Yen, ApiError> {
    let Some(open) = held.filter(|bill| bill.state == BillState::Open) else { return Ok(Yen::ZERO) };
    match call_off::bill(tx, open.id, reason, now).await? {
        CalledOff::Cancelled { returned } => Ok(returned.iter().map(|one| one.amount).sum()),
        CalledOff::Paid => Ok(Yen::ZERO),
    }
}

/// The move of an application that is to pay another price than before, where it is to pay at all: [`follow`] opens a bill of its own
/// for it, and tells it.
///
/// # Errors
/// A fault of the database.
pub async fn asked_again(tx: &mut TenantTx, id: CourseApplicationId) -> Result<Option<Move>, ApiError> {
    let to = State::PaymentDue;
    let found = application::find_all(tx, vec![id]).await?.pop().filter(|one| one.state == to.as_str());
    Ok(found.map(|one| Move { application: id, from: Some(to), to, due_at: one.due_at }))
}

/// The bills of applications that have just been made, of those that have one.
///
/// # Errors
/// A fault of the database.
pub async fn bills_of(
    tx: &mut TenantTx,
    ids: &[CourseApplicationId],
) -> Result<BTreeMap<CourseApplicationId, BillId>, ApiError> {
    let subjects: Vec<_> = ids.iter().map(|id| id.uuid()).collect();
    let bills = bill::find_all_of(tx, subject::COURSE_APPLICATION, &subjects).await?;
    Ok(bills.iter().map(|bill| (CourseApplicationId::from_uuid(bill.subject.id), bill.id)).collect())
}

/// The bill of an application that counts.
///
/// # Errors
/// A fault of the database.
pub async fn bill_of(tx: &mut TenantTx, id: CourseApplicationId) -> Result<Option<BillId>, ApiError> {
    Ok(bill::id_of(tx, &subject::course_application(id)).await?)
}
