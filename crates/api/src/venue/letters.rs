//! What who applied for a hire is told by e-mail, intended in the transaction of the decision. Who left no address is told nothing.

use ::venue::{
    application::{Applied, Approved, Balance, Reduction},
    cancellation::{Cancellation, PartCancellation},
    hire_change::HireChange,
    hire_quote,
    lapse::Late,
    permit,
    usage::Settlement,
};
use contract::ApiError;
use db::{Remark, TenantTx};
use kernel::{Instant, Yen, ids::HireApplicationId};
use notice::{
    Intent, Template,
    template::{HireNews, HireOwed, HireSummary},
};
use patron::register;
use tariff::hire::Cause;

use super::applications::reason_of;
use crate::{Desk, desk::lent, patron::house};

/// Tells it once: `of` is what this fact is about, beside its kind.
async fn tell(
    desk: &Desk,
    tx: &mut TenantTx,
    applied: &Applied,
    (news, of): (HireNews, String),
    now: Instant,
) -> Result<(), ApiError> {
    let application = &applied.application;
    let keys = desk.keyring.tenant(tx.tenant())?;
    let Some((address, locale)) = register::reach(tx, lent(&keys), application.patron_id).await? else { return Ok(()) };
    let planned = hire_quote::find(tx, application.quote_id).await?.planned()?;
    let uses = planned.into_iter().map(|one| (one.name, one.during.from(), one.during.until())).collect();
    let hire = HireSummary { number: application.id.to_string(), title: application.title.clone(), uses };
    let (house, fact) = (house(tx).await?, format!("{} {of}", news.name()));
    let intent = Intent {
        house: &house,
        template: &Template::Hire { hire, news },
        locale,
        to: &address,
        patron: Some(application.patron_id),
        fact: &fact,
    };
    notice::intend(tx, &keys.seal, &intent, now).await?;
    Ok(())
}

/// That the application came in and waits for somebody to decide.
///
/// # Errors
/// What reading the application refuses with.
pub async fn submitted(desk: &Desk, tx: &mut TenantTx, applied: &Applied, now: Instant) -> Result<(), ApiError> {
    tell(desk, tx, applied, (HireNews::Submitted, applied.application.id.to_string()), now).await
}

/// That it is granted: what is to be paid until when, or the permit when nothing is.
///
/// # Errors
/// What reading the application refuses with.
pub async fn approved(desk: &Desk, tx: &mut TenantTx, granted: &Approved, now: Instant) -> Result<(), ApiError> {
    let application = &granted.applied.application;
    if granted.permit.is_some() {
        return permitted(desk, tx, &granted.applied, now).await;
    }
    let (total, due_at, conditions) = (granted.total, application.due_at, application.conditions.clone());
    let news = HireNews::Approved { total, due_at, conditions };
    tell(desk, tx, &granted.applied, (news, application.id.to_string()), now).await
}

/// That there is more time to pay, and why, and until when the number for a store holds that was given before. There may be more than
/// once.
///
/// # Errors
/// What reading the application refuses with.
pub async fn extended(
    desk: &Desk,
    tx: &mut TenantTx,
    applied: &Applied,
    (reason, number_until): (&str, Option<Instant>),
    now: Instant,
) -> Result<(), ApiError> {
    let application = &applied.application;
    let Some(due_at) = application.due_at else { return Ok(()) };
    let news = HireNews::Extended { due_at, reason: reason.to_owned(), number_until };
    tell(desk, tx, applied, (news, format!("{} {}", application.id, application.version)), now).await
}

/// That it is returned or refused, with the reason. It may be returned more than once.
///
/// # Errors
/// What reading the application refuses with.
pub async fn turned_down(desk: &Desk, tx: &mut TenantTx, applied: &Applied, now: Instant) -> Result<(), ApiError> {
    let application = &applied.application;
    let reason = reason_of(desk, tx.tenant(), applied)?.unwrap_or_default();
    let news = match application.state.as_str() {
        "refused" => HireNews::Refused { reason },
        _ => HireNews::Returned { reason, until: application.open_until },
    };
    tell(desk, tx, applied, (news, format!("{} {}", application.id, application.version)), now).await
}

/// The latest permit of an application; nothing when there is none, and each revision once.
///
/// # Errors
/// What reading the application refuses with.
pub async fn permitted(desk: &Desk, tx: &mut TenantTx, applied: &Applied, now: Instant) -> Result<(), ApiError> {
    let permits = permit::of_application(tx, applied.application.id).await?;
    let Some(latest) = permits.first().filter(|latest| latest.revoked_at.is_none()) else { return Ok(()) };
    let (number, revision, code) = (latest.display_number(), latest.revision, latest.code.clone());
    let news = HireNews::PermitIssued { number, revision, code, unpaid: latest.unpaid_when_issued() };
    tell(desk, tx, applied, (news, latest.id.to_string()), now).await
}

/// As [`permitted`], of an application by its id.
///
/// # Errors
/// What reading the application refuses with.
pub async fn permitted_by_id(
    desk: &Desk,
    tx: &mut TenantTx,
    id: HireApplicationId,
    now: Instant,
) -> Result<(), ApiError> {
    let applied = ::venue::application::find(tx, id).await?;
    permitted(desk, tx, &applied, now).await
}

/// That it has lapsed, and why: once, and nothing when it ended otherwise.
///
/// # Errors
/// What reading the application refuses with.
pub async fn lapsed(
    desk: &Desk,
    tx: &mut TenantTx,
    applied: &Applied,
    late: Late,
    now: Instant,
) -> Result<(), ApiError> {
    if applied.application.state != "lapsed" {
        return Ok(());
    }
    let news = match late {
        Late::Unpaid => HireNews::Lapsed,
        Late::Unmended => HireNews::Unmended,
        Late::Undecided => HireNews::Undecided,
    };
    tell(desk, tx, applied, (news, applied.application.id.to_string()), now).await
}

/// As [`lapsed`], of an application that was not paid in time, by its id.
///
/// # Errors
/// What reading the application refuses with.
pub async fn lapsed_by_id(desk: &Desk, tx: &mut TenantTx, id: HireApplicationId, now: Instant) -> Result<(), ApiError> {
    let applied = ::venue::application::find(tx, id).await?;
    lapsed(desk, tx, &applied, Late::Unpaid, now).await
}

/// That it was given up or taken back, with what is kept and what goes back.
///
/// # Errors
/// What reading the application refuses with.
pub async fn ended(
    desk: &Desk,
    tx: &mut TenantTx,
    applied: &Applied,
    found: &Cancellation,
    now: Instant,
) -> Result<(), ApiError> {
    let (fee, refund) = (found.fee(), found.refund());
    let application = &applied.application;
    let news = match application.state.as_str() {
        "revoked" => HireNews::Revoked { reason: reason_of(desk, tx.tenant(), applied)?, refund },
        _ => HireNews::Cancelled { fee, refund },
    };
    tell(desk, tx, applied, (news, application.id.to_string()), now).await
}

/// That one hire was given up or taken back, with what is kept, goes back and is to be paid; of the last one, that all of it ended.
///
/// # Errors
/// What reading the application refuses with.
pub async fn ended_in_part(
    desk: &Desk,
    tx: &mut TenantTx,
    applied: &Applied,
    (found, (cause, reason)): (&PartCancellation, (Cause, Option<&Remark>)),
    now: Instant,
) -> Result<(), ApiError> {
    if found.whole {
        let (hires, in_parts) = (vec![found.forfeit.clone()], found.balance.in_parts);
        let whole = Cancellation { paid: true, hires, in_parts, legal_reference: found.legal_reference.clone() };
        return ended(desk, tx, applied, &whole, now).await;
    }
    let ended = (found.ended.name.clone(), found.ended.during.from(), found.ended.during.until());
    let reason = reason.map(|reason| reason.text().to_owned()).filter(|_| cause != Cause::User);
    let (fee, owed) = (found.forfeit.fee, owed(&found.balance));
    let news = HireNews::PartEnded { by_house: cause != Cause::User, ended, reason, fee, owed };
    tell(desk, tx, applied, (news, found.forfeit.hire.to_string()), now).await
}

/// What a change comes to: nothing when it costs the same, or was not to be paid yet. That the house changed what is let, always.
///
/// # Errors
/// What reading the application refuses with.
pub async fn changed(
    desk: &Desk,
    tx: &mut TenantTx,
    applied: &Applied,
    change: &HireChange,
    now: Instant,
) -> Result<(), ApiError> {
    let owed = owed(&change.balance);
    let by_house = change.cause != Cause::User && applied.application.state == "confirmed";
    if !by_house && owed.due + change.fee + owed.refund == Yen::ZERO {
        return Ok(());
    }
    let news = HireNews::Changed { by_house, waived: change.waived, fee: change.fee, owed };
    tell(desk, tx, applied, (news, change.balance.quote.to_string()), now).await
}

/// What it really cost: what is still to be paid until when, what goes back, or that it was as much as was paid.
///
/// # Errors
/// What reading the application refuses with.
pub async fn settled(
    desk: &Desk,
    tx: &mut TenantTx,
    applied: &Applied,
    settlement: &Settlement,
    now: Instant,
) -> Result<(), ApiError> {
    tell(desk, tx, applied, (HireNews::Settled(owed(&settlement.balance)), applied.application.id.to_string()), now)
        .await
}

/// That a part of it is not asked for: what it costs now, and what is to be paid or goes back; with the permit, if there is one.
///
/// # Errors
/// What reading the application refuses with.
pub async fn reduced(
    desk: &Desk,
    tx: &mut TenantTx,
    applied: &Applied,
    found: &Reduction,
    now: Instant,
) -> Result<(), ApiError> {
    permitted(desk, tx, applied, now).await?;
    let news = HireNews::Reduced { total: found.balance.after, paid: !found.unpaid, owed: owed(&found.balance) };
    tell(desk, tx, applied, (news, found.balance.quote.to_string()), now).await
}

fn owed(of: &Balance) -> HireOwed {
    HireOwed { due: of.due(), due_at: of.due_at, refund: of.refund() }
}
