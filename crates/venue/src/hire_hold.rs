//! 仮押さえ: the rooms and equipment of a quote, kept from everybody else until a moment.

mod events;
pub(crate) mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Refusal, Refuse,
    ids::{FacilityId, HireHoldId, HireQuoteId, PatronId, RoomId},
};
use serde_json::json;
use time::Duration;
use uuid::Uuid;

use crate::{
    catalogue::{CatalogueError, expect_version},
    equipment::{self, EquipmentError, Short},
    hire::{self, Hire},
    hire_quote::{self, CountsAs, HireQuote, PlannedUse, QuoteError, whom},
    occupancy::{self, Claim, ClaimError, SourceKind},
    problems,
    schema::hire_holds,
    span::Span,
};

/// How long a hold lasts, and how much longer it is made once.
pub const LASTS: Duration = Duration::minutes(10);

/// A hold.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = hire_holds)]
pub struct HireHold {
    pub id: HireHoldId,
    pub facility_id: FacilityId,
    pub quote_id: HireQuoteId,
    pub patron_id: Option<PatronId>,
    /// `held`, `applied` or `released`.
    pub state: String,
    pub hold_until: Instant,
    pub extended: bool,
    pub created_at: Instant,
    pub version: i32,
}

impl HireHold {
    /// What it is at a moment: what is held past its time has run out, whether or not anybody tidied up.
    pub fn standing(&self, now: Instant) -> &str {
        if self.state == "held" && self.hold_until <= now { "expired" } else { &self.state }
    }
}

/// A hold with what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub hold: HireHold,
    pub hires: Vec<Hire>,
}

/// Why nothing is held.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    #[error("there is nothing here for this caller")]
    Absent,
    #[error("the quote has expired")]
    Expired { at: Instant },
    #[error("the house has changed since the quote")]
    Outdated,
    #[error("the quote is not for holding")]
    Kind,
    /// Of the use in this place of the quote.
    #[error("the time has begun already")]
    Past { at: usize },
    /// By their places in the quote; of those for which something is closed, with what everybody may read of it. The transaction must
    /// not be committed.
    #[error("{} of the uses are taken", .uses.len())]
    Taken { uses: Vec<usize>, closed: Vec<(usize, String)> },
    #[error("the hold is {0}")]
    Over(String),
    #[error("the hold has run out")]
    RanOut { at: Instant },
    #[error("it was extended already")]
    Extended,
    #[error(transparent)]
    Quote(#[from] QuoteError),
    /// By the places of the uses in the quote. The transaction must not be committed.
    #[error("there is not enough equipment for {} of the uses", .0.len())]
    Equipment(Vec<(usize, Short)>),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for HoldError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Outdated => problems::QUOTE_OUTDATED.refuse(),
            Self::Expired { at } => problems::QUOTE_EXPIRED.refuse().fact("expired_at", kernel::clock::written(*at)),
            Self::Kind => problems::QUOTE_KIND.refuse(),
            Self::Past { at } => problems::TIME_PAST.refuse().fact("use", *at),
            Self::Taken { uses, closed } => {
                let refusal = problems::ROOM_TAKEN.refuse().fact("uses", uses.clone());
                let told: Vec<_> = closed.iter().map(|(at, label)| json!({ "use": *at, "label": label })).collect();
                if told.is_empty() { refusal } else { refusal.fact("closed", told) }
            }
            Self::Over(state) => problems::HIRE_HOLD_OVER.refuse().fact("state", state.as_str()),
            Self::RanOut { at } => problems::HIRE_HOLD_OVER
                .refuse()
                .fact("state", "expired")
                .fact("expired_at", kernel::clock::written(*at)),
            Self::Extended => problems::HIRE_HOLD_EXTENDED.refuse(),
            Self::Quote(error) => error.refusal(),
            Self::Equipment(short) => {
                let told = short
                    .iter()
                    .map(|(at, one)| json!({ "use": *at, "equipment": one.item.to_string(), "free": one.free }));
                let mut uses: Vec<usize> = short.iter().map(|(at, _)| *at).collect();
                uses.dedup();
                problems::EQUIPMENT_SHORT.refuse().fact("short", told.collect::<Vec<_>>()).fact("uses", uses)
            }
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Holds everything that a quote is for, all of it or nothing, for whom it was quoted. What has begun and is not over is held at the
/// `counter` only, whoever quoted it.
///
/// # Errors
/// [`HoldError`]: `Expired`, `Outdated`, `Kind`, `Past`, `Quote` when it is for somebody else, by a registration that has ended or for
/// who is registered, `Taken`, `Equipment`.
pub async fn place(
    tx: &mut TenantTx,
    quote: &HireQuote,
    whom: Option<(PatronId, &CountsAs)>,
    counter: bool,
    now: Instant,
) -> Result<Held, HoldError> {
    let planned = offered(quote, counter, now)?;
    let patron_id = whom::holder(tx, quote, whom).await?;
    if let Some((_, counts_as)) = whom {
        counts_as.expect_registered(&planned)?;
    }
    let hold = HireHold {
        id: HireHoldId::new(now),
        facility_id: quote.facility_id,
        quote_id: quote.id,
        patron_id,
        state: "held".to_owned(),
        hold_until: now.saturating_add(LASTS),
        extended: false,
        created_at: now,
        version: 1,
    };
    let hires: Vec<Hire> = planned.iter().enumerate().map(|(at, one)| Hire::of(one, hold.id, at, now)).collect();
    sql::insert(tx, &hold).await?;
    hire::sql::insert(tx, &hires).await?;
    // these rows keep the house and its rooms locked against who changes them: what has not changed by now does not until the commit
    if hire_quote::sql::is_outdated(tx, quote, planned.iter().map(|one| one.room).collect()).await? {
        return Err(HoldError::Outdated);
    }
    take(tx, &hires, &planned, Some(hold.hold_until), now).await?;
    journal(tx, now, &events::HoldPlaced { hold: hold.id, quote: quote.id }).await?;
    Ok(Held { hold, hires })
}

/// Makes what ran out in the way of a quote inactive: in a transaction of its own, before another try.
///
/// # Errors
/// [`HoldError`]: `Absent`.
pub async fn clear(tx: &mut TenantTx, quote: HireQuoteId, now: Instant) -> Result<usize, HoldError> {
    let quote = hire_quote::find(tx, quote).await?;
    let wanted = quote.planned()?.iter().map(|one| (quote.id.uuid(), one.room, one.occupied)).collect();
    let claims = claims(tx, wanted).await?;
    Ok(occupancy::expire(tx, &claims, now).await?)
}

/// Finds a hold.
///
/// # Errors
/// [`HoldError::Absent`].
pub async fn find(tx: &mut TenantTx, id: HireHoldId) -> Result<Held, HoldError> {
    let hold = sql::find(tx, id).await?.ok_or(HoldError::Absent)?;
    let hires = hire::sql::of_hold(tx, id).await?;
    Ok(Held { hold, hires })
}

/// Whether a hold is in the version that was meant. Where one is, nobody changes it until the transaction ends.
///
/// # Errors
/// [`CatalogueError`]: `Absent`, `Stale`.
pub async fn expect(tx: &mut TenantTx, id: HireHoldId, version: Option<i32>) -> Result<(), CatalogueError> {
    if version.is_none() {
        return Ok(());
    }
    let hold = sql::find_for_update(tx, id).await?.ok_or(CatalogueError::Absent)?;
    expect_version(version, hold.version)
}

/// Holds it ten minutes longer, once.
///
/// # Errors
/// [`HoldError`]: `Absent`, `RanOut`, `Over` when it was lost, released or applied with, `Extended`.
pub async fn extend(tx: &mut TenantTx, id: HireHoldId, now: Instant) -> Result<Held, HoldError> {
    let mut hold = open(tx, id, now).await?;
    if hold.extended {
        return Err(HoldError::Extended);
    }
    let hires = hire::sql::of_hold(tx, id).await?;
    hold.hold_until = hold.hold_until.saturating_add(LASTS);
    (hold.extended, hold.version) = (true, hold.version.saturating_add(1));
    keep(tx, &hires, Some(hold.hold_until), now).await?;
    sql::keep(tx, &hold).await?;
    journal(tx, now, &events::HoldExtended { hold: id }).await?;
    Ok(Held { hold, hires })
}

/// Lets everything go. Releasing twice is releasing once, and so is releasing what ran out.
///
/// # Errors
/// [`HoldError`]: `Absent`, `Over` when it was applied with.
pub async fn release(tx: &mut TenantTx, id: HireHoldId, now: Instant) -> Result<Held, HoldError> {
    let mut hold = sql::find_for_update(tx, id).await?.ok_or(HoldError::Absent)?;
    match hold.state.as_str() {
        "applied" => return Err(HoldError::Over(hold.state)),
        "held" => {
            let hires = hire::sql::of_hold(tx, id).await?;
            let sources: Vec<Uuid> = hires.iter().map(|one| one.id.uuid()).collect();
            occupancy::release(tx, &sources).await?;
            equipment::release(tx, &sources).await?;
            hire::sql::set_state(tx, id, "released").await?;
            (hold.state, hold.version) = ("released".to_owned(), hold.version.saturating_add(1));
            sql::keep(tx, &hold).await?;
            journal(tx, now, &events::HoldReleased { hold: id }).await?;
        }
        _ => {}
    }
    find(tx, id).await
}

/// A hold that still holds, for the rest of the transaction.
pub(crate) async fn open(tx: &mut TenantTx, id: HireHoldId, now: Instant) -> Result<HireHold, HoldError> {
    let hold = sql::find_for_update(tx, id).await?.ok_or(HoldError::Absent)?;
    match hold.standing(now) {
        "held" => Ok(hold),
        "expired" => Err(HoldError::RanOut { at: hold.hold_until }),
        over => Err(HoldError::Over(over.to_owned())),
    }
}

/// What these hires have counts until `until` from now on, or for good: all of it, or it was lost. `now` is when the request
/// came in; somebody whose request came later may have found that it had run out, and have taken it.
///
/// # Errors
/// [`HoldError::Over`], after which the transaction must not be committed.
pub(crate) async fn keep(
    tx: &mut TenantTx,
    hires: &[Hire],
    until: Option<Instant>,
    now: Instant,
) -> Result<(), HoldError> {
    let open: Vec<&Hire> = hires.iter().filter(|one| one.state == "open").collect();
    let sources: Vec<Uuid> = open.iter().map(|one| one.id.uuid()).collect();
    let atoms = hire::sql::atoms(tx, open.iter().map(|one| one.room_id).collect()).await?;
    let of = |room| atoms.iter().find(|(of, _)| *of == room).map_or(0, |(_, atoms)| atoms.len());
    let wanted: usize = open.iter().map(|one| of(one.room_id)).sum();
    let kept = occupancy::keep(tx, &sources, until, now).await?;
    let lost = equipment::keep(tx, &sources, until, now).await?;
    if kept == wanted && lost == 0 { Ok(()) } else { Err(HoldError::Over("expired".to_owned())) }
}

/// Rooms first, then equipment: the order in which everybody locks.
pub(crate) async fn take(
    tx: &mut TenantTx,
    hires: &[Hire],
    planned: &[PlannedUse],
    until: Option<Instant>,
    now: Instant,
) -> Result<(), HoldError> {
    let claims = claims(tx, wanted(hires, planned)).await?;
    claim(tx, (hires, planned), &claims, until, now).await
}

/// As [`take`] for good, with what ran out in the way made inactive first. Only for those who come one at a time: who rushes
/// does that in a transaction of its own.
pub(crate) async fn take_over(
    tx: &mut TenantTx,
    hires: &[Hire],
    planned: &[PlannedUse],
    now: Instant,
) -> Result<(), HoldError> {
    let claims = claims(tx, wanted(hires, planned)).await?;
    occupancy::expire(tx, &claims, now).await?;
    claim(tx, (hires, planned), &claims, None, now).await
}

/// A room at a time, and who takes it.
type Wanted = (Uuid, RoomId, Span);

/// What hires take: the rooms that they are of now, with what is kept free beside each.
fn wanted(hires: &[Hire], planned: &[PlannedUse]) -> Vec<Wanted> {
    hires.iter().zip(planned).map(|(hire, one)| (hire.id.uuid(), hire.room_id, one.occupied)).collect()
}

/// What that takes of parts.
async fn claims(tx: &mut TenantTx, wanted: Vec<Wanted>) -> Result<Vec<Claim>, Fault> {
    let atoms = hire::sql::atoms(tx, wanted.iter().map(|(_, room, _)| *room).collect()).await?;
    let of = |room: RoomId| atoms.iter().find(|(of, _)| *of == room).map(|(_, atoms)| atoms.clone());
    let claim = |(source, room, during): Wanted| Claim {
        source,
        room: Some(room),
        atoms: of(room).unwrap_or_default(),
        during,
    };
    Ok(wanted.into_iter().map(claim).collect())
}

async fn claim(
    tx: &mut TenantTx,
    (hires, planned): (&[Hire], &[PlannedUse]),
    claims: &[Claim],
    until: Option<Instant>,
    now: Instant,
) -> Result<(), HoldError> {
    match occupancy::claim(tx, SourceKind::Hire, claims, until).await {
        Ok(()) => {}
        Err(ClaimError::Taken { sources }) => {
            let place = |source: Uuid| hires.iter().position(|one| one.id.uuid() == source);
            let mut uses: Vec<usize> = sources.into_iter().filter_map(place).collect();
            uses.sort_unstable();
            let closed = occupancy::closed(tx, claims).await?;
            let mut closed: Vec<_> = closed.into_iter().filter_map(|(of, label)| Some((place(of)?, label))).collect();
            closed.sort_unstable();
            return Err(HoldError::Taken { uses, closed });
        }
        Err(ClaimError::Fault(fault)) => return Err(fault.into()),
    }
    match equipment::claim(tx, &hire::equipment_claims(hires, planned), until, now).await {
        Ok(()) => Ok(()),
        Err(EquipmentError::Short(short)) => {
            let place = |one: &Short| hires.iter().position(|hire| hire.id.uuid() == one.source).unwrap_or_default();
            let mut short: Vec<(usize, Short)> = short.iter().map(|one| (place(one), *one)).collect();
            short.sort_by_key(|(at, _)| *at);
            Err(HoldError::Equipment(short))
        }
        Err(EquipmentError::Fault(fault)) => Err(fault.into()),
    }
}

/// What a quote is for, as long as it may be held.
fn offered(quote: &HireQuote, counter: bool, now: Instant) -> Result<Vec<PlannedUse>, HoldError> {
    if quote.kind != "offer" {
        return Err(HoldError::Kind);
    }
    if quote.expires_at <= now {
        return Err(HoldError::Expired { at: quote.expires_at });
    }
    let planned = quote.planned()?;
    // what had begun when it was quoted was quoted at the counter
    let begun = |one: &PlannedUse| counter && one.during.from() < quote.created_at;
    let past = |one: &PlannedUse| if begun(one) { one.during.until() <= now } else { one.during.from() < now };
    match planned.iter().position(past) {
        Some(at) => Err(HoldError::Past { at }),
        None => Ok(planned),
    }
}
