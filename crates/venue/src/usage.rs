//! 利用実績と精算: how a hire was really used, and what it really cost.

pub mod rules;
pub(crate) mod words;

use std::collections::BTreeMap;

use audit::journal;
use db::{Fault, TenantTx};
use kernel::{
    Instant, Refusal, Refuse, SealKey, Yen,
    ids::{EquipmentId, HireApplicationId, HireId},
};

use tariff::hire::{ManualCharge, MeterUse};

use crate::{
    account::{self, Received},
    application::{
        self, ApplicationError, Applied, Balance, events,
        rules::{difference_items, place, shares, waiving},
    },
    due, equipment,
    hire::{self, Hire, UseRecord, UsedItem},
    hire_quote::{self, HireQuote, QuoteError},
    problems,
    span::Span,
    tariff_version,
};

/// What is to be recorded of a hire.
#[derive(Debug, Clone)]
pub struct UseDraft {
    /// From when until when people were in the room; absent: as agreed.
    pub during: Option<Span>,
    /// How many people came; absent when nobody counted.
    pub heads: Option<i64>,
    /// How many of each kind, by the tariff's own words; empty: as agreed.
    pub headcount: BTreeMap<String, i64>,
    /// What was metered; absent: as agreed. What is left out of it was not on.
    pub meters: Option<Vec<MeterUse>>,
    /// What equipment was used, each item once; absent: as agreed. What is left out of it was not used.
    pub equipment: Option<Vec<(EquipmentId, i32)>>,
    /// What is charged beside the tariff.
    pub charges: Vec<ManualCharge>,
    /// Nobody came. Then there is nothing else to be said but what is charged beside the tariff.
    pub no_show: bool,
}

/// What a settlement comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// What was charged, and what it really cost. What was used is owed after its deadline, too.
    pub balance: Balance,
    /// What of what it really cost is not asked for, yen: the house took back a hire, and the others were dearer by themselves.
    pub waived: Yen,
}

/// Why a use is not recorded.
#[derive(Debug, thiserror::Error)]
pub enum UseError {
    #[error(transparent)]
    Application(#[from] ApplicationError),
    /// Without `most`, there is no such item.
    #[error("there is no such equipment, never as much, or it is named twice")]
    Equipment { item: EquipmentId, most: Option<i32> },
    #[error("nobody came, and it is not said so")]
    Nobody,
    /// With what says that.
    #[error("nobody came, and {} say that somebody did", .0.join(", "))]
    Somebody(Vec<&'static str>),
    #[error("charge {at} has no reason, no name or no amount")]
    Charge { at: usize },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for UseError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Application(error) => error.refusal(),
            Self::Equipment { item, most } => {
                let refusal = problems::HIRE_EQUIPMENT.refuse().fact("equipment", item.to_string());
                most.iter().fold(refusal, |refusal, most| refusal.fact("most", *most))
            }
            Self::Nobody => problems::HIRE_NOBODY.refuse(),
            Self::Somebody(said) => problems::HIRE_SOMEBODY.refuse().fact("said", said.clone()),
            Self::Charge { at } => problems::HIRE_CHARGE.refuse().fact("charge", *at),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Records how a hire was used, if its application is still in the version that was meant. Until the application is settled a later
/// record takes the place of an earlier one; each makes another version of the application. More equipment
/// than was agreed is recorded as what happened, up to what the house has of it in all; the record says how much was agreed. Why
/// something is charged beside the tariff is kept sealed.
///
/// # Errors
/// [`UseError`]: `Application` as `Absent`, `Stale`, `State`, `NotYet` before it has ended as agreed or as recorded (before it was to
/// begin, when nobody came), `Beside` when that lies beside the hire or begins more than half a day before it, `HireOver` when it was given
/// up, `Quote` when people are counted by a kind that the tariff does not know; `Nobody` for a use by 0 people; `Somebody` where nobody
/// came and something was used; `Equipment`; `Charge`.
pub async fn record(
    tx: &mut TenantTx,
    key: &SealKey,
    (id, version): (HireId, Option<i32>),
    draft: &UseDraft,
    now: Instant,
) -> Result<Applied, UseError> {
    let of = hire::sql::find(tx, id).await?.and_then(|one| one.application_id).ok_or(ApplicationError::Absent)?;
    let mut application = application::locked(tx, of, version, now, &["confirmed"]).await?;
    let live = hire::live(&hire::sql::of_applications(tx, &[of]).await?);
    let place = place(&live, id).ok_or(ApplicationError::HireOver)?;
    let mut hire = live.into_iter().nth(place).ok_or(ApplicationError::Absent)?;
    let during = rules::recordable(&hire, draft, now)?;
    rules::expect_people(draft)?;
    rules::expect_reasons(&draft.charges)?;
    let quote = application::quote_of(tx, &application).await?;
    expect_kinds(tx, &quote, &draft.headcount).await?;
    let equipment = used_items(tx, &quote, (&hire, place), draft).await?;
    let no_show = draft.no_show;
    let (beyond, charged) = (rules::beyond(equipment.as_deref()), draft.charges.iter().map(|one| one.yen.0).sum());
    let (heads, headcount) = (draft.heads, draft.headcount.clone());
    let (meters, tenant) = (draft.meters.clone(), tx.tenant());
    let sealed = |one: &ManualCharge| -> Result<ManualCharge, Fault> {
        Ok(ManualCharge { reason: words::kept(key, tenant, of, &one.reason)?, ..one.clone() })
    };
    let charges = draft.charges.iter().map(sealed).collect::<Result<_, _>>()?;
    let record = UseRecord { during, heads, headcount, meters, equipment, charges, no_show };
    hire.state = if no_show { "no_show" } else { "used" }.to_owned();
    let written = serde_json::to_value(record).map_err(|_| Fault::Unexpected("a record can be written as JSON"))?;
    hire.used = Some(written);
    hire::sql::keep(tx, &hire).await?;
    application::store(tx, &mut application, now).await?;
    journal(tx, now, &events::UseRecorded { hire: id, no_show, beyond, charged }).await?;
    Ok(application::find(tx, of).await?)
}

/// That people are counted by kinds that the tariff knows.
async fn expect_kinds(
    tx: &mut TenantTx,
    quote: &HireQuote,
    headcount: &BTreeMap<String, i64>,
) -> Result<(), ApplicationError> {
    if headcount.is_empty() {
        return Ok(());
    }
    let version = tariff_version::sql::find(tx, quote.tariff_version_id).await?.ok_or(ApplicationError::Absent)?;
    let counted = version.read()?.expect_kinds(headcount);
    Ok(counted.map_err(QuoteError::from)?)
}

/// What equipment was used, beside what was agreed; nothing when it is as agreed, which it is where nobody came.
async fn used_items(
    tx: &mut TenantTx,
    quote: &HireQuote,
    (hire, place): (&Hire, usize),
    draft: &UseDraft,
) -> Result<Option<Vec<UsedItem>>, UseError> {
    let Some(used) = draft.equipment.as_ref().filter(|_| !draft.no_show) else { return Ok(None) };
    let planned = quote.planned()?;
    let agreed = planned.get(place).map(|one| one.equipment.as_slice()).unwrap_or_default();
    let named = used.iter().map(|(item, _)| *item).collect();
    let known = equipment::sql::of_facility(tx, quote.facility_id, named).await?;
    Ok(Some(rules::used_items(used, &known, agreed, hire.day)?))
}

/// Prices an application by how it was used: a second quote by the same version, with overtime, heads, also by kind, meters, equipment
/// and charges as recorded. The caller calls off what is open of its bills, and bills or gives back the difference to what came in.
/// Hires that were given up are no part of it; what was waived is not asked for, and what was kept of changes pays for nothing of it.
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
    let mut hires = hire::sql::of_applications(tx, &[id]).await?;
    let live = hire::live(&hires);
    let missing: Vec<HireId> = live.iter().filter(|one| one.used.is_none()).map(|one| one.id).collect();
    if !missing.is_empty() {
        return Err(ApplicationError::Unused(missing));
    }
    let before = application::quote_of(tx, &application).await?;
    let (asked, uses) = rules::as_used((before.asked()?, before.planned()?), &live);
    let agreed = hire_quote::priced(tx, before).await?;
    let patron = Some(application.patron_id);
    let about = hire_quote::rules::About { kind: "settlement", application: Some(id), patron, house_changes: None };
    let after = hire_quote::price_again(tx, &agreed, &asked, &uses, about, now).await?;
    application.quote_id = after.quote.id;
    application.state = "settled".to_owned();
    application::store(tx, &mut application, now).await?;
    let was = shares(&live, &agreed)?;
    let live = waiving(&live, &after, &[])?;
    hire::sql::waive(tx, &live).await?;
    let is = shares(&live, &after)?;
    let found = account::rules::settled(&was, &is, &received.left(&hires));
    let items = difference_items("精算差額", (&live, &after), &found.owed)?;
    let (before, after, in_parts) = (Yen(agreed.quote.total), after.charge.total, received.in_parts());
    let difference = (after - before).0;
    journal(tx, now, &events::ApplicationSettled { application: id, difference }).await?;
    let (quote, due_at) = (application.quote_id, now.saturating_add(due::PAID_WITHIN));
    let balance = Balance { quote, before, after, items, due_at, refunds: found.refunds, in_parts };
    let waived = hire::waived(&live);
    hire::put(&mut hires, live);
    Ok((Applied { application, hires }, Settlement { balance, waived }))
}
