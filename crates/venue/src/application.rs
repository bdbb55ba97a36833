//! 利用申請: what was held is applied for, decided, paid and permitted. Money itself is not here: the caller bills what
//! [`approve`] says and tells [`paid`] when it came, in the same transactions.

mod balance;
mod decision;
pub(crate) mod events;
mod extension;
mod payment;
mod reduction;
mod refused;
pub mod rules;
pub(crate) mod sql;
mod submission;
pub(crate) mod words;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Page, PageAsk, Yen,
    ids::{FacilityId, HireApplicationId, HireHoldId, HireId, HireQuoteId, PatronId},
};
use time::{Date, Duration};
use uuid::Uuid;

use crate::{
    equipment,
    hire::{self, Hire},
    hire_hold,
    hire_quote::{self, HireQuote},
    occupancy,
    permit::{self, Permit},
    schema::hire_applications,
};

pub use balance::{Balance, BillItem};
pub use decision::{Approval, Approved, TurnDown, approve, turn_down};
pub use extension::extend;
pub use payment::{Paid, paid};
pub use reduction::{Reduction, reduce};
pub use refused::ApplicationError;
pub use submission::{ApplicationDraft, submit};

/// 補正期間: how long there is to mend what is returned, unless the facility or whoever returns it says so.
pub const MENDED_WITHIN: Duration = Duration::days(7);

/// An application.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = hire_applications)]
pub struct Application {
    pub id: HireApplicationId,
    pub facility_id: FacilityId,
    /// 申請者.
    pub patron_id: PatronId,
    pub hold_id: HireHoldId,
    /// What it costs now.
    pub quote_id: HireQuoteId,
    pub state: String,
    /// 催物名.
    pub title: String,
    /// What everybody may read of it.
    pub public_title: Option<String>,
    pub channel: String,
    /// 許可条件.
    pub conditions: Option<String>,
    /// Why it was returned, refused, cancelled or revoked, sealed.
    pub reason: Option<Vec<u8>>,
    /// Until when it must be paid.
    pub due_at: Option<Instant>,
    pub decided_at: Option<Instant>,
    /// How often it was changed since it was confirmed.
    pub changes: i32,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub version: i32,
    /// Why there is more time to pay than there was at first: the house's own words, of the last time, sealed.
    pub due_reason: Option<Vec<u8>>,
    /// Until when it waits to be decided, which is when its first use begins; or to be mended, where it was returned.
    pub open_until: Option<Instant>,
    /// Until when what was returned is to be mended, as it was said: it waits no longer than until its first use.
    pub mend_by: Option<Instant>,
}

impl Application {
    /// What it is at a moment: what is not paid, mended or decided in time has lapsed, whether or not anybody tidied up.
    pub fn standing(&self, now: Instant) -> &str {
        let until = match self.state.as_str() {
            "awaiting_payment" => self.due_at,
            "requested" | "returned" => self.open_until,
            _ => None,
        };
        if until.is_some_and(|until| until <= now) { "lapsed" } else { &self.state }
    }
}

/// An application with its hires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    pub application: Application,
    pub hires: Vec<Hire>,
}

/// Which applications a list shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct ApplicationFilter {
    pub facility: Option<FacilityId>,
    pub patron: Option<PatronId>,
    /// As it is kept: what has run out a moment ago may still be under its state before.
    pub state: Option<&'static str>,
}

/// Finds an application.
///
/// # Errors
/// [`ApplicationError::Absent`].
pub async fn find(tx: &mut TenantTx, id: HireApplicationId) -> Result<Applied, ApplicationError> {
    let application = sql::find(tx, id).await?.ok_or(ApplicationError::Absent)?;
    let hires = hire::sql::of_applications(tx, &[id]).await?;
    Ok(Applied { application, hires })
}

/// The application that a hire belongs to.
///
/// # Errors
/// [`ApplicationError::Absent`].
pub async fn of_hire(tx: &mut TenantTx, id: HireId) -> Result<Applied, ApplicationError> {
    let of = hire::sql::find(tx, id).await?.and_then(|one| one.application_id).ok_or(ApplicationError::Absent)?;
    find(tx, of).await
}

/// The quotes by which more was asked for, or given back, than an application was billed at first; oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn supplements(tx: &mut TenantTx, id: HireApplicationId) -> Result<Vec<HireQuoteId>, Fault> {
    hire_quote::sql::of_application(tx, id).await
}

/// The application that a quote asked for more for.
///
/// # Errors
/// A [`Fault`].
pub async fn of_supplement(tx: &mut TenantTx, id: HireQuoteId) -> Result<Option<HireApplicationId>, Fault> {
    Ok(hire_quote::sql::find(tx, id).await?.and_then(|quote| quote.application_id))
}

/// That nothing bills again what somebody gives back by hand of what was paid for an application: it has ended or is settled. The
/// caller has its bill locked.
///
/// # Errors
/// [`ApplicationError`]: `Absent`; `ByHand` while a change or the settlement would bill it.
pub async fn expect_over(tx: &mut TenantTx, id: HireApplicationId) -> Result<(), ApplicationError> {
    let application = sql::find(tx, id).await?.ok_or(ApplicationError::Absent)?;
    if application.state == "confirmed" { Err(ApplicationError::ByHand { application: id }) } else { Ok(()) }
}

/// Whether a quote is what its application costs now, for the rest of the transaction: only then what it asked for is still owed.
///
/// # Errors
/// A [`Fault`].
pub async fn asks_for(tx: &mut TenantTx, id: HireQuoteId) -> Result<bool, Fault> {
    let Some(of) = of_supplement(tx, id).await? else { return Ok(false) };
    let application = sql::find_for_update(tx, of).await?;
    Ok(application.is_some_and(|one| one.quote_id == id && matches!(one.state.as_str(), "confirmed" | "settled")))
}

/// That an application is still as it was seen, for the rest of the transaction: whatever else was read meanwhile is of that version.
///
/// # Errors
/// [`ApplicationError`]: `Absent`; `Fault` as [`Fault::Overtaken`] when it is not.
pub async fn expect_as_seen(tx: &mut TenantTx, seen: &Application) -> Result<(), ApplicationError> {
    let found = sql::find_for_update(tx, seen.id).await?.ok_or(ApplicationError::Absent)?;
    if found.version == seen.version { Ok(()) } else { Err(Fault::Overtaken.into()) }
}

/// The last day of use of an application, of those hires that were not given up: the day of what it is invoiced for.
///
/// # Errors
/// A [`Fault`].
pub async fn last_day(tx: &mut TenantTx, id: HireApplicationId) -> Result<Option<Date>, Fault> {
    let hires = hire::sql::of_applications(tx, &[id]).await?;
    let live = hires.iter().filter(|one| one.state != "released").map(|one| one.day).max();
    Ok(live.or_else(|| hires.iter().map(|one| one.day).max()))
}

/// The same of the application that a supplement is for.
///
/// # Errors
/// A [`Fault`].
pub async fn last_day_of_supplement(tx: &mut TenantTx, id: HireQuoteId) -> Result<Option<Date>, Fault> {
    match of_supplement(tx, id).await? {
        Some(of) => last_day(tx, of).await,
        None => Ok(None),
    }
}

/// Lists applications, of a patron or a facility or all, in one state as it is kept or in any, oldest first, in two statements.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, filter: &ApplicationFilter, page: &PageAsk) -> Result<Page<Applied>, Fault> {
    let rows = sql::list(tx, filter, page).await?;
    let ids: Vec<HireApplicationId> = rows.iter().map(|one| one.id).collect();
    let hires = hire::sql::of_applications(tx, &ids).await?;
    let with = |application: Application| Applied {
        hires: hires.iter().filter(|one| one.application_id == Some(application.id)).cloned().collect(),
        application,
    };
    Ok(Page::from_rows(rows.into_iter().map(with).collect(), page, |one| one.application.id.uuid()))
}

/// Mends what was returned, and asks again. Its rooms stay taken until somebody decides, and no longer than that can be done.
///
/// # Errors
/// [`ApplicationError`]: `Absent`, `Stale`, `State`, `MendLate`, `Hold` when its time ran out meanwhile.
pub async fn mend(
    tx: &mut TenantTx,
    id: HireApplicationId,
    version: Option<i32>,
    (title, public_title): (Option<String>, Option<Option<String>>),
    now: Instant,
) -> Result<Applied, ApplicationError> {
    let mut application = locked(tx, id, version, now, &["requested", "returned", "lapsed"]).await?;
    rules::expect_in_time(&application, now)?;
    if application.state == "returned" {
        let hires = hire::sql::of_applications(tx, &[id]).await?;
        (application.open_until, application.mend_by) = (rules::first_use(&hires, now), None);
        hire_hold::keep(tx, &hires, application.open_until, now).await?;
    }
    application.title = title.unwrap_or(application.title);
    application.public_title = public_title.unwrap_or(application.public_title);
    application.state = "requested".to_owned();
    store(tx, &mut application, now).await?;
    journal(tx, now, &events::ApplicationMended { application: id }).await?;
    find(tx, id).await
}

/// Everything is decided and paid, and the rooms are theirs for good: the permit is issued.
async fn confirm(
    tx: &mut TenantTx,
    mut application: Application,
    hires: Vec<Hire>,
    now: Instant,
) -> Result<(Applied, Permit), ApplicationError> {
    application.state = "confirmed".to_owned();
    let quote = quote_of(tx, &application).await?;
    let permit = issue_permit(tx, &application, &quote, (Yen::ZERO, &[]), now).await?;
    journal(tx, now, &events::ApplicationConfirmed { application: application.id, permit: permit.id }).await?;
    store(tx, &mut application, now).await?;
    Ok((Applied { application, hires }, permit))
}

/// The first permit, or another revision, of what is let from now on at a quote: it says what of that is waived, and what of it is
/// still to be paid for these items.
pub(crate) async fn issue_permit(
    tx: &mut TenantTx,
    of: &Application,
    quote: &HireQuote,
    (waived, items): (Yen, &[BillItem]),
    now: Instant,
) -> Result<Permit, ApplicationError> {
    let content = rules::permit_content(of, quote, (waived, BillItem::sum(items)))?;
    Ok(permit::issue(tx, of.facility_id, of.id, content, now).await?)
}

/// The quote that says what an application costs now.
pub(crate) async fn quote_of(tx: &mut TenantTx, of: &Application) -> Result<HireQuote, ApplicationError> {
    Ok(hire_quote::find(tx, of.quote_id).await?)
}

/// An application in one of these states, for the rest of the transaction.
pub(crate) async fn locked(
    tx: &mut TenantTx,
    id: HireApplicationId,
    version: Option<i32>,
    now: Instant,
    states: &[&str],
) -> Result<Application, ApplicationError> {
    let application = sql::find_for_update(tx, id).await?.ok_or(ApplicationError::Absent)?;
    if version.is_some_and(|wanted| wanted != application.version) {
        return Err(ApplicationError::Stale { current: application.version });
    }
    let standing = application.standing(now);
    if states.contains(&standing) { Ok(application) } else { Err(ApplicationError::State(standing.to_owned())) }
}

pub(crate) async fn store(tx: &mut TenantTx, application: &mut Application, now: Instant) -> Result<(), Fault> {
    (application.updated_at, application.version) = (now, application.version.saturating_add(1));
    sql::keep(tx, application).await
}

/// Frees everything that an application took.
pub(crate) async fn give_up(tx: &mut TenantTx, application: &Application) -> Result<(), Fault> {
    let hires = hire::sql::of_applications(tx, &[application.id]).await?;
    let open = hires.iter().filter(|one| one.state == "open");
    release(tx, &open.map(|one| one.id.uuid()).collect::<Vec<_>>()).await?;
    hire::sql::set_state(tx, application.hold_id, "released").await
}

pub(crate) async fn release(tx: &mut TenantTx, sources: &[Uuid]) -> Result<(), Fault> {
    occupancy::release(tx, sources).await?;
    equipment::release(tx, sources).await
}
