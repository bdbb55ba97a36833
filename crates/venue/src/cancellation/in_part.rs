//! 一部取消: one hire of several is given up or taken back, and the others stay.

use audit::journal;
use db::{Fault, Remark, TenantTx};
use kernel::{Instant, Yen, ids::HireId};
use tariff::hire::{Cause, ChargeShare, HireAsk};

use super::{Cancellation, HireForfeit, Keeping, cancel, forfeit, legal_reference};
use crate::{
    account::{self, Difference, Received},
    application::{self, Application, ApplicationError, Applied, Balance, events, rules},
    due,
    hire::{self, Hire},
    hire_quote::{self, Agreed, PlannedUse},
};

/// What the end of one hire comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartCancellation {
    /// To be billed where the others are dearer by themselves; what goes back of the hire itself, and when the house took it back what the
    /// others are cheaper by themselves.
    pub balance: Balance,
    /// Whether it was its last hire, and all of it ended: the quote is the last one.
    pub whole: bool,
    /// Of the hire itself.
    pub forfeit: HireForfeit,
    /// The room and the time that were given up.
    pub ended: PlannedUse,
    /// What the others are dearer by themselves, yen, when the house took it back: nobody is asked for that, now or later.
    pub waived: Yen,
    pub legal_reference: Option<String>,
}

/// Gives up one hire of a confirmed application, or takes it back: its room is free, the others are priced by themselves by the same
/// version of the tariff, and the permit gets another revision. Who hired it pays what the schedule keeps of what was paid for it; the
/// house gives back all of that, and what the others are cheaper by themselves, and nobody pays more for them because of it. The last
/// hire ends the application. Unless the house asks (`hidden`), no room that is not hired out by itself is left alone. A preview does all of
/// it too: its transaction is not committed. The caller calls off the open bills of the application, and bills and gives back in the same
/// transaction.
///
/// # Errors
/// [`ApplicationError`]: `Absent`, `Stale`, `State`, `HireOver` when it was recorded or given up, or has begun and the house does not
/// take it back; `Quote` when another hire is never had without its room or is not hired out by itself, or the others have no price by
/// themselves.
pub async fn cancel_hire(
    tx: &mut TenantTx,
    id: HireId,
    version: Option<i32>,
    (cause, reason): (Cause, Option<&Remark>),
    (hidden, received): (bool, &Received),
    now: Instant,
) -> Result<(Applied, PartCancellation), ApplicationError> {
    let of = hire::sql::find(tx, id).await?.and_then(|one| one.application_id).ok_or(ApplicationError::Absent)?;
    let mut application = application::locked(tx, of, version, now, &["confirmed"]).await?;
    let hires = hire::sql::of_applications(tx, &[of]).await?;
    let live = hire::live(&hires);
    let place = rules::place(&live, id).ok_or(ApplicationError::HireOver)?;
    let ends = live.get(place).filter(|one| one.state == "open" && (one.starts_at > now || cause != Cause::User));
    let mut ends = ends.cloned().ok_or(ApplicationError::HireOver)?;
    let before = application::quote_of(tx, &application).await?;
    let (mut uses, asked) = (before.planned()?, without(before.asked()?, place)?);
    if uses.len() != live.len() {
        return Err(Fault::Unexpected("a quote has a use for each hire").into());
    }
    let ended = uses.remove(place);
    if uses.is_empty() {
        return whole(tx, &application, (cause, reason), (ended, received), now).await;
    }
    if cause == Cause::User {
        let agreed = Agreed { stays: &uses, goes: std::slice::from_ref(&ended) };
        hire_quote::expect_attached(tx, application.facility_id, agreed, hidden).await?;
    }
    let old = hire_quote::priced(tx, before).await?;
    let keeping = Keeping::of(tx, application.facility_id, &live, &old.tariff, now).await?;
    application::release(tx, &[id.uuid()]).await?;
    let patron = Some(application.patron_id);
    let about = hire_quote::rules::About { kind: "change", application: Some(of), patron, house_changes: None };
    let new = hire_quote::price_again(tx, &old, &asked, &uses, about, now).await?;
    application.quote_id = new.quote.id;
    let rest: Vec<Hire> = live.iter().filter(|one| one.id != id).cloned().collect();
    let rest = rules::waiving(&rest, &new, &[])?;
    let (was, is) = (rules::shares(&live, &old)?, rules::shares(&rest, &new)?);
    let (in_parts, received) = (received.in_parts(), received.left(&hires));
    let (forfeit, found) = match cause {
        Cause::User => given_up((&was, &is), &received, (&ends, &keeping))?,
        Cause::House | Cause::ForceMajeure => taken_back((&was, &is), &received, &ends),
    };
    let rest = rules::waiving(&rest, &new, &found.waived)?;
    let waived: Yen = found.waived.iter().map(|(_, yen)| *yen).sum();
    close(&mut ends, &was, &received, (cause, &forfeit));
    hire::sql::keep(tx, &ends).await?;
    hire::sql::waive(tx, &rest).await?;
    let items = rules::difference_items("取消差額", (&rest, &new), &found.owed)?;
    application::issue_permit(tx, &application, &new.quote, (hire::waived(&rest), &items), now).await?;
    application::store(tx, &mut application, now).await?;
    let due_at = due::of_difference(tx, application.facility_id, &new.tariff, (&rest, &items), now).await?;
    let (quote, before, after) = (new.quote.id, old.charge.total, new.charge.total);
    let balance = Balance { quote, before, after, items, due_at, refunds: found.refunds, in_parts };
    let (fee, refund) = (forfeit.fee.0, balance.refund().0);
    journal(tx, now, &events::HireEnded { application: of, hire: id, cause, fee, refund, waived: waived.0 }).await?;
    let legal_reference = legal_reference(&old);
    let told = PartCancellation { balance, whole: false, forfeit, ended, waived, legal_reference };
    Ok((application::find(tx, of).await?, told))
}

/// The hire is over, and what of the money on its lines stays kept: the fee, and of earlier differences what was kept of it. The house
/// keeps nothing. What goes back is taken from its lines first.
fn close(ends: &mut Hire, was: Shares<'_>, received: &Received, (cause, forfeit): (Cause, &HireForfeit)) {
    "released".clone_into(&mut ends.state);
    let before = account::rules::of(&account::rules::kept_of_each(was, received), ends.id);
    let kept = if cause == Cause::User { forfeit.fee + before } else { Yen::ZERO };
    let came_in = received.of(ends.id);
    let on_its_lines = kept.min(came_in - came_in.min(forfeit.refund));
    (ends.kept, ends.kept_elsewhere) = (Some(on_its_lines.0), (kept - on_its_lines).0);
}

/// The ask without one of its uses; the others count from 0 again.
fn without(mut asked: HireAsk, place: usize) -> Result<HireAsk, Fault> {
    if place >= asked.uses.len() {
        return Err(Fault::Unexpected("a use has its place in the ask"));
    }
    asked.uses.remove(place);
    for (at, one) in asked.uses.iter_mut().enumerate() {
        one.hire = u32::try_from(at).unwrap_or(u32::MAX);
    }
    Ok(asked)
}

/// The last hire is the whole application.
async fn whole(
    tx: &mut TenantTx,
    application: &Application,
    why: (Cause, Option<&Remark>),
    (ended, received): (PlannedUse, &Received),
    now: Instant,
) -> Result<(Applied, PartCancellation), ApplicationError> {
    let before = Yen(application::quote_of(tx, application).await?.total);
    let (applied, found) = cancel(tx, application.id, Some(application.version), why, received, now).await?;
    let Cancellation { hires, legal_reference, in_parts, .. } = found;
    let forfeit = hires.into_iter().next().ok_or(Fault::Unexpected("an application has hires"))?;
    let (quote, refunds) = (application.quote_id, vec![(forfeit.hire, forfeit.refund)]);
    let balance = Balance { quote, before, after: Yen::ZERO, items: Vec::new(), due_at: now, refunds, in_parts };
    let told = PartCancellation { balance, whole: true, forfeit, ended, waived: Yen::ZERO, legal_reference };
    Ok((applied, told))
}

type Shares<'a> = &'a [(HireId, ChargeShare)];

fn taken_back((was, is): (Shares<'_>, Shares<'_>), received: &Received, ends: &Hire) -> (HireForfeit, Difference) {
    let found = account::rules::taken_back(was, is, received, &[ends.id]);
    let own = account::rules::of(&found.refunds, ends.id);
    (forfeit(ends, own, (Yen::ZERO, None)), found)
}

fn given_up(
    (was, is): (Shares<'_>, Shares<'_>),
    received: &Received,
    (ends, keeping): (&Hire, &Keeping),
) -> Result<(HireForfeit, Difference), Fault> {
    let paid = account::rules::paid(was, received).into_iter().find(|(hire, _)| *hire == ends.id);
    let (_, paid) = paid.ok_or(Fault::Unexpected("a hire has a share"))?;
    let (fee, until) = keeping.fee(ends, paid)?;
    let found = account::rules::given_up(was, is, received, (ends.id, fee));
    let refund = found.refund();
    Ok((HireForfeit { hire: ends.id, charged: paid.sum(), fee: found.fee, refund, until }, found))
}
