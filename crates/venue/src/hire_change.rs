//! 変更: another time, room or equipment for hires of an application, all of them in one transaction: nobody else gets in between.

pub(crate) mod rules;

use audit::journal;
use db::{Fault, TenantTx};
use kernel::{
    Instant, Yen,
    ids::{HireApplicationId, HireId},
};
use tariff::hire::{Cause, HireAsk};
use uuid::Uuid;

use crate::{
    account::Received,
    application::{self, Application, ApplicationError, Applied, Balance},
    cancellation::Keeping,
    due, facility,
    hire::{self, Hire},
    hire_hold,
    hire_quote::{self, Agreed, CountsAs, HireQuote, PlannedUse, Priced, QuoteAsk, UseAsk},
    room, tariff_version,
};

use rules::Money;

/// What a change comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HireChange {
    /// In the order in which they were named.
    pub hires: Vec<HireId>,
    pub balance: Balance,
    /// What is kept of what it became cheaper by.
    pub fee: Yen,
    /// Whose reason it was.
    pub cause: Cause,
    /// What it became dearer by when it was not the patron's, yen: nobody is asked for that, now or later.
    pub waived: Yen,
}

/// Who asks for a change, and of what came in already.
#[derive(Debug, Clone, Copy)]
pub struct Changing<'a> {
    /// Whether the house itself asks: it decides as it does so. Nobody else moves into a room that it decides about.
    pub hidden: bool,
    /// Whose reason it is. For one that is not the patron's no rule of the tariff about changes counts, and it counts as none; what it
    /// becomes cheaper by goes back whole, and what it becomes dearer by is waived. Only what is confirmed changes for such a cause.
    pub cause: Cause,
    /// As whom it is priced from now on when all of its hires change, and who moves into a room for the registered; absent: as it was.
    pub counts_as: Option<&'a CountsAs>,
    pub received: &'a Received,
}

/// Changes hires of a confirmed application, or of one that is not decided yet or was returned to be mended: all of them or none. What they
/// had is free for each other, so they may change places, and a room moves together with those that it is never hired without. It is priced
/// by the version that it was agreed on by, whatever was published since: by another only when all of its hires go to days on which that
/// applies. So it is priced as whom it was agreed on with, and as who they are now only when all of its hires change. It counts as one
/// change, unless its cause is the house's; what leaves everything as it was agreed on is none. A preview does all of it too: its
/// transaction is not committed. The permit gets another revision; what waits to be decided or mended is kept as long as it waits. The
/// caller calls off the open bills of earlier changes, and bills or gives back the difference: of what it became cheaper by, the tariff
/// says what is kept. The number of statements does not depend on how many hires are changed.
///
/// # Errors
/// [`ApplicationError`]: `Absent`, `Stale`, `State`, `Cause` before it is confirmed, `NoChange`, `HireTwice`, `NoSuchHire`, `Ended`,
/// `Changes`, `ChangeTooLate`, `Quote`, `HouseDecides` when it is confirmed and the house does not ask, `Hold` when rooms or equipment
/// are taken; places are those in `wanted`. After it the transaction must not be committed.
pub async fn change(
    tx: &mut TenantTx,
    of: HireApplicationId,
    version: Option<i32>,
    wanted: &[(HireId, UseAsk)],
    with: Changing<'_>,
    now: Instant,
) -> Result<(Applied, HireChange), ApplicationError> {
    let mut application = application::locked(tx, of, version, now, &["requested", "returned", "confirmed"]).await?;
    rules::expect_agreed(&application, with.cause)?;
    let mut hires = hire::sql::of_applications(tx, &[of]).await?;
    let agreed = hire::live(&hires);
    let places = rules::places(&hires, wanted, now)?;
    let before = application::quote_of(tx, &application).await?;
    let old = hire_quote::priced(tx, before.clone()).await?;
    // what is not confirmed yet was not paid either
    let keeping = match application.state.as_str() {
        "confirmed" => Some(Keeping::of(tx, application.facility_id, &agreed, &old.tariff, now).await?),
        _ => None,
    };
    if let Some(keeping) = keeping.as_ref().filter(|_| with.cause == Cause::User) {
        rules::allowed(&application, &old.tariff, (&agreed, &places), keeping)?;
    }
    // the hours and the slots by which it is planned stay until it is let
    facility::keep(tx, application.facility_id).await?;
    room::keep(tx, wanted.iter().map(|(_, to)| to.room).collect()).await?;
    let (uses, asked) = with_changes(tx, &before, &places, wanted, with, now).await?;
    let (had, priced) = (before.planned()?, before.asked()?);
    rules::expect_change((&had, &priced), (&uses, &asked))?;
    if keeping.is_some() && !with.hidden {
        rules::expect_decided(&had, &uses, &places)?;
    }
    let moved = occupy(tx, (&agreed, &places), &uses, now).await?;
    let (by, days) = (before.tariff_version_id, rules::moves(&priced, &asked));
    let terms = tariff_version::sql::terms(tx, application.facility_id).await?;
    let tariff = hire_quote::version_again(tx, &terms, by, (asked.applied_on, &days)).await?;
    let patron = Some(application.patron_id);
    let about = hire_quote::rules::About { kind: "change", application: Some(of), patron, house_changes: None };
    let new = hire_quote::price(tx, &tariff, &asked, &uses, about, now).await;
    let new = new.map_err(|error| error.of_changes(&places))?;
    application.quote_id = new.quote.id;
    let mut live = agreed.clone();
    hire::put(&mut live, moved.clone());
    let money = match &keeping {
        Some(keeping) => {
            let received = with.received.left(&hires);
            let by = (with.cause, keeping);
            let money = rules::difference(&agreed, &live, (&old, &new), &received, by)?;
            permit_again(tx, &mut application, &new, (with.cause, &money), now).await?;
            money
        }
        None => Money::unpaid(live),
    };
    let owing = (money.hires.as_slice(), money.items.as_slice());
    let due_at = due::of_difference(tx, application.facility_id, &new.tariff, owing, now).await?;
    let Money { hires: left, waived, items, refunds, fee } = money;
    hire::put(&mut hires, left);
    if keeping.is_none() {
        application.open_until = application::rules::waits_until(&application, &hires, now);
        hire_hold::keep(tx, &hires, application.open_until, now).await?;
    }
    application::store(tx, &mut application, now).await?;
    let changed: Vec<HireId> = moved.iter().map(|one| one.id).collect();
    let (before, after, quote, cause) = (Yen(before.total), new.charge.total, new.quote.id, with.cause);
    journal(tx, now, &rules::told(of, &changed, (after - before, waived), cause)?).await?;
    let balance = Balance { quote, before, after, items, due_at, refunds, in_parts: with.received.in_parts() };
    Ok((Applied { application, hires }, HireChange { hires: changed, balance, fee, cause, waived }))
}

/// Another revision of the permit, and what of the hires is not asked for from now on.
async fn permit_again(
    tx: &mut TenantTx,
    application: &mut Application,
    new: &Priced,
    (cause, money): (Cause, &Money),
    now: Instant,
) -> Result<(), ApplicationError> {
    application.changes = application.changes.saturating_add(i32::from(cause == Cause::User));
    hire::sql::waive(tx, &money.hires).await?;
    application::issue_permit(tx, application, &new.quote, (hire::waived(&money.hires), &money.items), now).await?;
    Ok(())
}

/// What was let and priced, with other uses in some of its places.
async fn with_changes(
    tx: &mut TenantTx,
    before: &HireQuote,
    places: &[usize],
    wanted: &[(HireId, UseAsk)],
    with: Changing<'_>,
    now: Instant,
) -> Result<(Vec<PlannedUse>, HireAsk), ApplicationError> {
    let (mut uses, mut asked) = (before.planned()?, before.asked()?);
    if let Some(whom) = with.counts_as {
        whom.ask_again(&mut asked, places.len());
    }
    let ask = QuoteAsk::again(before, &asked, wanted.iter().map(|(_, to)| to.clone()).collect(), with.hidden);
    let (stays, goes) = hire_quote::split(&uses, places);
    let agreed = Agreed { stays: &stays, goes: &goes };
    let (new_uses, new_asked) = hire_quote::planned(tx, &ask, agreed, asked.applied_on, now).await?;
    if let Some(whom) = with.counts_as {
        whom.expect_registered(&new_uses)?;
    }
    let lost = || Fault::Unexpected("a use has its place in the quote");
    for (place, new_use) in places.iter().zip(new_uses) {
        *uses.get_mut(*place).ok_or_else(lost)? = new_use;
    }
    let asked = hire_quote::rules::with_uses(asked, places, new_asked.uses).ok_or_else(lost)?;
    Ok((uses, asked))
}

/// Hires give up what they have, all of it before any of them takes what it has from now on: of the uses, those in their places.
async fn occupy(
    tx: &mut TenantTx,
    (agreed, places): (&[Hire], &[usize]),
    uses: &[PlannedUse],
    now: Instant,
) -> Result<Vec<Hire>, ApplicationError> {
    let planned: Vec<PlannedUse> = places.iter().filter_map(|place| uses.get(*place)).cloned().collect();
    let hires = places.iter().filter_map(|place| agreed.get(*place));
    let moved: Vec<Hire> = hires.zip(&planned).map(|(hire, to)| rules::moved(hire, to)).collect();
    let sources: Vec<Uuid> = moved.iter().map(|one| one.id.uuid()).collect();
    application::release(tx, &sources).await?;
    hire_hold::take_over(tx, &moved, &planned, now).await?;
    hire::sql::move_all(tx, &moved).await?;
    Ok(moved)
}
