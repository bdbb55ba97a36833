//! 利用実績と精算: how a hire was really used, and what it really cost.

pub mod rules;

use audit::journal;
use db::{Fault, TenantTx};
use kernel::{
    Instant, Yen,
    ids::{HireApplicationId, HireId, HireQuoteId},
};

use tariff::hire::ChargeShare;

use crate::{
    account::{self, Received},
    application::{
        self, ApplicationError, Applied, BillItem, events,
        rules::{difference_item, shares},
    },
    hire::{self, UseRecord},
    hire_quote,
};

/// What a settlement comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    pub quote: HireQuoteId,
    /// What was charged, and what it really cost, yen.
    pub before: Yen,
    pub after: Yen,
    /// To be billed; at most one item.
    pub items: Vec<BillItem>,
    /// What goes back, by hire.
    pub refunds: Vec<(HireId, Yen)>,
}

/// Records how a hire was used. Until the application is settled a later record takes the place of an earlier one.
///
/// # Errors
/// [`ApplicationError`]: `Absent`, `State`, `NotYet` before it has begun or ended as recorded, `Beside` when that lies beside the hire,
/// `HireOver` when it was given up.
pub async fn record(
    tx: &mut TenantTx,
    id: HireId,
    record: &UseRecord,
    now: Instant,
) -> Result<Applied, ApplicationError> {
    let of = hire::sql::find(tx, id).await?.and_then(|one| one.application_id).ok_or(ApplicationError::Absent)?;
    application::locked(tx, of, None, now, &["confirmed"]).await?;
    let mut hire = hire::sql::find(tx, id).await?.ok_or(ApplicationError::Absent)?;
    if hire.state == "released" {
        return Err(ApplicationError::HireOver);
    }
    rules::recordable(&hire, record, now)?;
    hire.state = if record.no_show { "no_show" } else { "used" }.to_owned();
    let written = serde_json::to_value(record).map_err(|_| Fault::Unexpected("a record can be written as JSON"))?;
    hire.used = Some(written);
    hire::sql::keep(tx, &hire).await?;
    journal(tx, now, &events::UseRecorded { hire: id, no_show: record.no_show }).await?;
    application::find(tx, of).await
}

/// Prices an application by how it was used: a second quote by the same version, with overtime, heads and meters as recorded.
/// The caller calls off what is open of its bills, and bills or gives back the difference to what came in. Hires that were given up
/// are no part of it.
///
/// # Errors
/// [`ApplicationError`]: `Absent`, `Stale`, `State`, `Unused` with the hires that are not recorded, `Quote` when the tariff has no
/// price for what was used.
pub async fn settle(
    tx: &mut TenantTx,
    id: HireApplicationId,
    version: Option<i32>,
    received: &Received,
    now: Instant,
) -> Result<(Applied, Settlement), ApplicationError> {
    let mut application = application::locked(tx, id, version, now, &["confirmed"]).await?;
    let hires = hire::sql::of_applications(tx, &[id]).await?;
    let live = hire::live(&hires);
    let missing: Vec<HireId> = live.iter().filter(|one| one.used.is_none()).map(|one| one.id).collect();
    if !missing.is_empty() {
        return Err(ApplicationError::Unused(missing));
    }
    let before = application::quote_of(tx, &application).await?;
    let asked = rules::as_used(before.asked()?, &live);
    let tariff = crate::tariff_version::sql::find(tx, before.tariff_version_id).await?;
    let tariff = tariff.ok_or(ApplicationError::Absent)?;
    let about =
        hire_quote::rules::About { kind: "settlement", application: Some(id), patron: Some(application.patron_id) };
    let after = hire_quote::price(tx, &tariff, &asked, &before.planned()?, about, now).await?;
    application.quote_id = after.quote.id;
    application.state = "settled".to_owned();
    application::store(tx, &mut application, now).await?;
    let agreed = hire_quote::priced(tx, before.clone()).await?;
    let (was, is) = (shares(&live, &agreed)?, shares(&live, &after)?);
    let free = |_: HireId, _: ChargeShare| -> Result<Yen, Fault> { Ok(Yen::ZERO) };
    let found = account::rules::difference(&was, &is, &received.only(&live), free)?;
    let items = difference_item("精算差額", (&live, &after), (&was, &is), found.due)?;
    let refunds = found.refunds;
    let (before, after) = (Yen(before.total), after.charge.total);
    let settlement = Settlement { quote: application.quote_id, before, after, items, refunds };
    let difference = (after - before).0;
    journal(tx, now, &events::ApplicationSettled { application: id, difference }).await?;
    Ok((Applied { application, hires }, settlement))
}
