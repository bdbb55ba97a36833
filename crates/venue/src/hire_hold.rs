//! 仮押さえ: the rooms and equipment of a quote, kept from everybody else until a moment.

mod events;
pub(crate) mod sql;

use audit::journal;
use db::{Fault, TenantTx};
use diesel::prelude::*;
use kernel::{
    Instant, Refusal, Refuse,
    ids::{FacilityId, HireHoldId, HireQuoteId, PatronId},
};
use time::Duration;
use uuid::Uuid;

use crate::{
    equipment::{self, EquipmentError},
    hire::{self, Hire},
    hire_quote::{self, PlannedUse, QuoteError},
    occupancy::{self, ClaimError, SourceKind},
    problems,
    schema::hire_holds,
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
    Expired,
    #[error("the quote is not for holding")]
    Kind,
    #[error("the time has begun already")]
    Past,
    /// By their places in the quote. The transaction must not be committed.
    #[error("{} of the uses are taken", .0.len())]
    Taken(Vec<usize>),
    #[error("the hold is {0}")]
    Over(String),
    #[error("it was extended already")]
    Extended,
    #[error(transparent)]
    Quote(#[from] QuoteError),
    #[error(transparent)]
    Equipment(#[from] EquipmentError),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for HoldError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Expired => problems::QUOTE_EXPIRED.refuse(),
            Self::Kind => problems::QUOTE_KIND.refuse(),
            Self::Past => problems::TIME_PAST.refuse(),
            Self::Taken(uses) => problems::ROOM_TAKEN.refuse().fact("uses", uses.clone()),
            Self::Over(state) => problems::HIRE_HOLD_OVER.refuse().fact("state", state.as_str()),
            Self::Extended => problems::HIRE_HOLD_EXTENDED.refuse(),
            Self::Quote(error) => error.refusal(),
            Self::Equipment(error) => error.refusal(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Holds everything that a quote is for, all of it or nothing. Who quoted for a patron holds for that patron.
///
/// # Errors
/// [`HoldError`]: `Absent`, `Expired`, `Kind`, `Past`, `Taken`, `Equipment`.
pub async fn place(
    tx: &mut TenantTx,
    quote: HireQuoteId,
    patron: Option<PatronId>,
    now: Instant,
) -> Result<Held, HoldError> {
    let (quote, planned) = offer(tx, quote, now).await?;
    let hold = HireHold {
        id: HireHoldId::new(now),
        facility_id: quote.facility_id,
        quote_id: quote.id,
        patron_id: quote.patron_id.or(patron),
        state: "held".to_owned(),
        hold_until: now.saturating_add(LASTS),
        extended: false,
        created_at: now,
        version: 1,
    };
    let hires: Vec<Hire> = planned.iter().enumerate().map(|(at, one)| Hire::of(one, hold.id, at, now)).collect();
    sql::insert(tx, &hold).await?;
    hire::sql::insert(tx, &hires).await?;
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
    let planned = quote.planned()?;
    let hold = HireHoldId::new(now);
    let hires: Vec<Hire> = planned.iter().enumerate().map(|(at, one)| Hire::of(one, hold, at, now)).collect();
    let atoms = hire::sql::atoms(tx, hires.iter().map(|one| one.room_id).collect()).await?;
    Ok(occupancy::expire(tx, &hire::claims(&hires, &planned, &atoms), now).await?)
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

/// Holds it ten minutes longer, once.
///
/// # Errors
/// [`HoldError`]: `Absent`, `Over`, `Extended`.
pub async fn extend(tx: &mut TenantTx, id: HireHoldId, now: Instant) -> Result<Held, HoldError> {
    let mut hold = open(tx, id, now).await?;
    if hold.extended {
        return Err(HoldError::Extended);
    }
    let hires = hire::sql::of_hold(tx, id).await?;
    hold.hold_until = hold.hold_until.saturating_add(LASTS);
    (hold.extended, hold.version) = (true, hold.version.saturating_add(1));
    let sources: Vec<Uuid> = hires.iter().map(|one| one.id.uuid()).collect();
    occupancy::keep(tx, &sources, Some(hold.hold_until), now).await?;
    equipment::keep(tx, &sources, Some(hold.hold_until)).await?;
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
        over => Err(HoldError::Over(over.to_owned())),
    }
}

/// Rooms first, then equipment: the order in which everybody locks.
pub(crate) async fn take(
    tx: &mut TenantTx,
    hires: &[Hire],
    planned: &[PlannedUse],
    until: Option<Instant>,
    now: Instant,
) -> Result<(), HoldError> {
    let atoms = hire::sql::atoms(tx, hires.iter().map(|one| one.room_id).collect()).await?;
    let claims = hire::claims(hires, planned, &atoms);
    match occupancy::claim(tx, SourceKind::Hire, &claims, until).await {
        Ok(()) => {}
        Err(ClaimError::Taken { sources }) => {
            let places = hires.iter().enumerate().filter(|(_, one)| sources.contains(&one.id.uuid()));
            return Err(HoldError::Taken(places.map(|(at, _)| at).collect()));
        }
        Err(ClaimError::Fault(fault)) => return Err(fault.into()),
    }
    equipment::claim(tx, &hire::equipment_claims(hires, planned), until, now).await?;
    Ok(())
}

async fn offer(
    tx: &mut TenantTx,
    quote: HireQuoteId,
    now: Instant,
) -> Result<(hire_quote::HireQuote, Vec<PlannedUse>), HoldError> {
    let quote = hire_quote::sql::find(tx, quote).await?.ok_or(HoldError::Absent)?;
    if quote.kind != "offer" {
        return Err(HoldError::Kind);
    }
    if quote.expires_at <= now {
        return Err(HoldError::Expired);
    }
    let planned = quote.planned()?;
    if planned.iter().any(|one| one.during.from() < now) {
        return Err(HoldError::Past);
    }
    Ok((quote, planned))
}
