//! 見積: what hires cost by the tariff, line by line, kept as it was asked and answered: it recomputes to the same yen.

mod agreed;
mod events;
mod pricing;
mod refused;
pub mod rules;
pub(crate) mod sql;
pub(crate) mod whom;

use std::collections::BTreeMap;

use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, SealKey, Yen,
    clock::civil_day,
    ids::{EquipmentId, FacilityId, HireApplicationId, HireQuoteId, PatronId, RoomId, TariffVersionId, TenantId},
};
use serde::{Deserialize, Serialize};
use tariff::hire::{HireAsk, MeterUse};
use time::{Date, Duration};

use crate::{
    equipment::{self, Equipment},
    plan::{self, Extension, Plan, RoomPlan, TimeAsk, TimeError, Use},
    purpose::{self, Purpose},
    room,
    schema::hire_quotes,
    span::Span,
    tariff_version::{self, TariffVersion, hex, rules::Term},
    usage::words,
};

pub(crate) use agreed::{Agreed, split};
pub use pricing::Priced;
pub(crate) use pricing::{price, price_again, priced};
pub use refused::{MissingRoom, Period, QuoteError};
pub use whom::{CountsAs, EndedRegistration};

/// How long an offer stands.
pub const STANDS_FOR: Duration = Duration::minutes(30);

/// One room at one time, as it is asked for.
#[derive(Debug, Clone)]
pub struct UseAsk {
    pub room: RoomId,
    pub time: TimeAsk,
    /// The code of a purpose.
    pub purpose: Option<String>,
    /// 営利.
    pub commercial: bool,
    /// The highest admission in yen; 0 when it is free.
    pub admission: i64,
    pub goods_sale: bool,
    pub alcohol: bool,
    /// The tariff's own word: `rehearsal`, `stage_only`.
    pub use_kind: Option<String>,
    /// How many people; absent when nobody said.
    pub heads: Option<i64>,
    /// How many of each kind, by the tariff's own words.
    pub headcount: BTreeMap<String, i64>,
    pub meters: Vec<MeterUse>,
    pub equipment: Vec<(EquipmentId, i32)>,
}

/// What is to be priced.
#[derive(Debug, Clone)]
pub struct QuoteAsk {
    pub facility: FacilityId,
    pub patron: Option<PatronId>,
    /// 利用者区分.
    pub user_class: Option<String>,
    pub resident: bool,
    /// 主催者の種別: `person`, `group`.
    pub organiser_kind: Option<String>,
    pub channel: Option<String>,
    /// At least one, all of the facility.
    pub uses: Vec<UseAsk>,
    /// Whether the house itself asks: it sees hidden rooms, and hires out at its counter what is only shown. Everybody else has such
    /// rooms only beside one that is never hired without them, all through its time.
    pub hidden: bool,
    /// Whether it is asked at the counter, where somebody may have what has begun and is not over.
    pub counter: bool,
}

impl QuoteAsk {
    /// Other uses, asked for by and as whom a quote was for.
    pub(crate) fn again(quote: &HireQuote, asked: &HireAsk, uses: Vec<UseAsk>, hidden: bool) -> Self {
        Self {
            facility: quote.facility_id,
            patron: quote.patron_id,
            user_class: asked.user_class.clone(),
            resident: asked.resident,
            organiser_kind: asked.organiser_kind.clone(),
            channel: asked.channel.clone(),
            uses,
            hidden,
            counter: false,
        }
    }

    /// The use that a time means of a room of the house: at its counter also what has begun and is not over.
    ///
    /// # Errors
    /// [`TimeError`].
    pub(crate) fn at(&self, plan: &Plan, room: &RoomPlan, time: &TimeAsk, now: Instant) -> Result<Use, TimeError> {
        if self.counter { room.at_counter(&plan.opening, time, now) } else { room.at(&plan.opening, time, now) }
    }
}

/// What an ask is held against.
#[derive(Debug)]
pub(crate) struct House {
    pub plan: Plan,
    /// Of the equipment that is asked for, what the facility has.
    pub items: Vec<Equipment>,
    pub purposes: Vec<Purpose>,
}

/// One room at one time, as it was let.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedUse {
    pub room: RoomId,
    pub name: String,
    pub day: Date,
    pub slots: Vec<String>,
    /// What is planned beside the slots; `during` has it in it.
    #[serde(default, skip_serializing_if = "Extension::is_none")]
    pub extension: Extension,
    pub during: Span,
    pub occupied: Span,
    pub equipment: Vec<PlannedItem>,
    /// Whether nobody needs to decide.
    pub automatic: bool,
    /// Whether only who is registered hires it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub registered: bool,
    /// The code of what it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
}

impl PlannedUse {
    /// When it is, as it was asked for: by its slots, or from its beginning to its end.
    pub(crate) fn time(&self) -> TimeAsk {
        match self.slots.as_slice() {
            [] => TimeAsk::Between(self.during),
            codes => TimeAsk::Slots { day: self.day, codes: codes.to_vec(), extension: self.extension },
        }
    }
}

/// So many of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedItem {
    pub item: EquipmentId,
    pub code: String,
    pub name: String,
    pub quantity: i32,
}

/// A stored quote.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = hire_quotes)]
pub struct HireQuote {
    pub id: HireQuoteId,
    pub facility_id: FacilityId,
    pub tariff_version_id: TariffVersionId,
    /// `offer`, `reduction`, `change` or `settlement`.
    pub kind: String,
    pub application_id: Option<HireApplicationId>,
    pub patron_id: Option<PatronId>,
    /// The text that the price was computed from: canonical JSON (RFC 8785), unless it was kept in the order of its fields before that.
    pub ask: String,
    /// SHA-256 of that text, in hexadecimal.
    pub inputs_hash: String,
    pub uses: serde_json::Value,
    pub lines: serde_json::Value,
    pub tax: serde_json::Value,
    /// Yen to be paid.
    pub total: i64,
    pub engine: i32,
    pub expires_at: Instant,
    pub created_at: Instant,
    /// What each use has of the total, yen, in the order of the ask; absent where it was not kept yet.
    pub shares: Option<Vec<i64>>,
    /// Of an offer, how often what it was checked against had changed by then.
    pub house_changes: Option<i64>,
}

impl HireQuote {
    /// What was let, in the order of the ask.
    ///
    /// # Errors
    /// A [`Fault`]: what was stored can be read again.
    pub fn planned(&self) -> Result<Vec<PlannedUse>, Fault> {
        serde_json::from_value(self.uses.clone()).map_err(|_| Fault::Unexpected("a stored quote can be read"))
    }

    /// As it is told: with why something is charged beside the tariff in the words of who recorded it, where it is computed from and in
    /// the lines, and the hash of that. Where nothing was sealed, what it is computed from and its hash are those that were kept.
    ///
    /// # Errors
    /// A [`Fault`] when what is kept does not open in its place.
    pub fn opened(mut self, key: &SealKey, tenant: TenantId) -> Result<Self, Fault> {
        let Some(of) = self.application_id else { return Ok(self) };
        let mut inputs: serde_json::Value = rules::read(&self.ask)?;
        let mut sealed = false;
        for kept in rules::reasons(&mut inputs).chain(rules::whys(&mut self.lines)) {
            let told = words::told(key, tenant, of, kept)?;
            sealed |= told != *kept;
            *kept = told;
        }
        if sealed {
            (self.ask, self.inputs_hash) = rules::hashed(&inputs);
        }
        Ok(self)
    }

    /// Whether the text that the price was computed from is the one whose hash was kept.
    pub fn is_as_asked(&self) -> bool {
        hex(&self.ask) == self.inputs_hash
    }

    /// What the price was computed from.
    ///
    /// # Errors
    /// A [`Fault`]: what was stored can be read again.
    pub fn asked(&self) -> Result<HireAsk, Fault> {
        rules::read(&self.ask)
    }
}

/// 付属室 that may come with a use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The use that it would come with, from 0.
    pub of_use: usize,
    pub room: RoomId,
    pub name: String,
    /// What it would cost in addition, where the tariff says so.
    pub amount: Option<Yen>,
}

/// Prices an ask and keeps the quote, and says what could come with it. What is taken is not looked at: that is for the hold to
/// find out.
///
/// # Errors
/// [`QuoteError`].
pub async fn create(tx: &mut TenantTx, ask: &QuoteAsk, now: Instant) -> Result<(Priced, Vec<Proposal>), QuoteError> {
    let today = civil_day(now);
    let changes = sql::changes(tx, ask.facility, ask.uses.iter().map(|one| one.room).collect()).await?;
    let house = house_of(tx, ask, Agreed::default(), today, now).await?;
    let (uses, asked) = checked(tx, ask, &house, (Agreed::default(), today), now).await?;
    let version = version_for(tx, ask.facility, &asked).await?;
    let about = rules::About { kind: "offer", application: None, patron: ask.patron, house_changes: Some(changes) };
    let priced = price(tx, &version, &asked, &uses, about, now).await?;
    let proposals = rules::proposals(ask, &house, &priced, now);
    Ok((priced, proposals))
}

/// Finds a quote.
///
/// # Errors
/// [`QuoteError::Absent`].
pub async fn find(tx: &mut TenantTx, id: HireQuoteId) -> Result<HireQuote, QuoteError> {
    sql::find(tx, id).await?.ok_or(QuoteError::Absent)
}

/// Computes a quote again from what was kept: the same lines and the same yen, or the record is not what was computed then.
///
/// # Errors
/// [`QuoteError::Absent`]; a [`Fault`] when the version cannot be read.
pub async fn recompute(tx: &mut TenantTx, id: HireQuoteId) -> Result<Priced, QuoteError> {
    let quote = find(tx, id).await?;
    priced(tx, quote).await
}

/// Checks an ask against the house, and against what the same application has: rooms, times, purposes, attached rooms, equipment.
pub(crate) async fn planned(
    tx: &mut TenantTx,
    ask: &QuoteAsk,
    agreed: Agreed<'_>,
    applied_on: Date,
    now: Instant,
) -> Result<(Vec<PlannedUse>, HireAsk), QuoteError> {
    let house = house_of(tx, ask, agreed, applied_on, now).await?;
    checked(tx, ask, &house, (agreed, applied_on), now).await
}

/// As [`rules::check`]; of a room that is closed by then, the refusal names the one that goes on under its code.
async fn checked(
    tx: &mut TenantTx,
    ask: &QuoteAsk,
    house: &House,
    (agreed, applied_on): (Agreed<'_>, Date),
    now: Instant,
) -> Result<(Vec<PlannedUse>, HireAsk), QuoteError> {
    match rules::check(ask, house, agreed, applied_on, now) {
        Err(QuoteError::Time { at, error: TimeError::NotForHire { from, until, .. } }) => {
            let successor = match ask.uses.get(at) {
                Some(one) => room::sql::successor(tx, one.room, one.time.day(), ask.hidden).await?,
                None => None,
            };
            Err(QuoteError::Time { at, error: TimeError::NotForHire { from, until, successor } })
        }
        found => found,
    }
}

/// That no room of what stays, which is never hired without another, loses that with what is given up; nor, unless the house asks, one
/// that is not hired out by itself what it was let with.
///
/// # Errors
/// [`QuoteError`]: `Attached`, `LeftAlone`.
pub(crate) async fn expect_attached(
    tx: &mut TenantTx,
    of: FacilityId,
    agreed: Agreed<'_>,
    hidden: bool,
) -> Result<(), QuoteError> {
    let rooms: Vec<RoomId> = agreed.stays.iter().chain(agreed.goes).map(|one| one.room).collect();
    let days = agreed.stays.iter().map(|one| one.day);
    let Some(days) = days.clone().min().zip(days.max()) else { return Ok(()) };
    let plan = plan::load(tx, of, Some(&rooms), days, true).await?;
    rules::expect_attached(&plan, &[], agreed)?;
    if hidden { Ok(()) } else { rules::expect_company_then(&plan, &[], agreed) }
}

/// What an ask is held against: of the rooms that are asked for or were let, and those that come with them.
async fn house_of(
    tx: &mut TenantTx,
    ask: &QuoteAsk,
    agreed: Agreed<'_>,
    applied_on: Date,
    now: Instant,
) -> Result<House, QuoteError> {
    let beside = agreed.stays.iter().chain(agreed.goes).map(|one| one.room);
    let rooms: Vec<RoomId> = ask.uses.iter().map(|one| one.room).chain(beside).collect();
    // what is past is told when it would be possible from today on
    let days = ask.uses.iter().map(|one| one.time.day()).chain([civil_day(now)]);
    let (first, last) = (days.clone().min().unwrap_or(applied_on), days.max().unwrap_or(applied_on));
    house(tx, ask, Some(&rooms), (first, last)).await
}

/// What an ask is held against: of some rooms of the facility, or of all.
pub(crate) async fn house(
    tx: &mut TenantTx,
    ask: &QuoteAsk,
    rooms: Option<&[RoomId]>,
    days: (Date, Date),
) -> Result<House, QuoteError> {
    let plan = plan::load(tx, ask.facility, rooms, days, ask.hidden).await?;
    let wanted = ask.uses.iter().flat_map(|one| one.equipment.iter().map(|(item, _)| *item)).collect();
    let items = equipment::sql::of_facility(tx, ask.facility, wanted).await?;
    let purposes = purpose::sql::all(tx).await?;
    Ok(House { plan, items, purposes })
}

/// The one version that applies to every use.
pub(crate) async fn version_for(
    tx: &mut TenantTx,
    of: FacilityId,
    asked: &HireAsk,
) -> Result<TariffVersion, QuoteError> {
    let days = asked.uses.iter().map(|one| one.date);
    let days = days.clone().min().zip(days.max()).ok_or(QuoteError::Absent)?;
    let terms = tariff_version::sql::terms(tx, of).await?;
    version_on(tx, &terms, asked.applied_on, days).await.map_err(|error| match error {
        QuoteError::SeveralTariffs { from, periods, .. } => {
            let later = asked.uses.iter().enumerate().filter(|(_, one)| one.date >= from);
            QuoteError::SeveralTariffs { from, uses: later.map(|(at, _)| at).collect(), periods }
        }
        other => other,
    })
}

/// The one of a facility's versions that applies to uses on days between two, both included.
pub(crate) async fn version_on(
    tx: &mut TenantTx,
    terms: &[Term],
    applied_on: Date,
    (first, last): (Date, Date),
) -> Result<TariffVersion, QuoteError> {
    let on = |day: Date| tariff_version::rules::applying(terms, applied_on, day);
    let found = on(first).ok_or_else(|| QuoteError::NoTariff { day: first, periods: periods(terms) })?.id;
    // what applies changes on no other days
    let days = terms.iter().flat_map(|one| [Some(one.from), one.until]).flatten();
    let later = days.filter(|day| first < *day && *day <= last);
    if let Some(from) = later.filter(|day| on(*day).map(|one| one.id) != Some(found)).min() {
        return Err(QuoteError::SeveralTariffs { from, uses: Vec::new(), periods: periods(terms) });
    }
    tariff_version::sql::find(tx, found).await?.ok_or(QuoteError::Absent)
}

/// The one of a facility's versions that something is priced by again that was agreed on by one, when its uses change from days to
/// others ([`tariff_version::rules::again`]).
pub(crate) async fn version_again(
    tx: &mut TenantTx,
    terms: &[Term],
    agreed: TariffVersionId,
    (applied_on, days): (Date, &[(Date, Date)]),
) -> Result<TariffVersion, QuoteError> {
    let found = tariff_version::rules::again(terms, agreed, applied_on, days);
    let id = found.map_err(|day| QuoteError::NoTariff { day, periods: periods(terms) })?;
    tariff_version::sql::find(tx, id).await?.ok_or(QuoteError::Absent)
}

fn periods(terms: &[Term]) -> Vec<Period> {
    terms.iter().map(|one| (one.from, one.until, one.applies_by.clone())).collect()
}
