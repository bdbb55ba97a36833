//! 仮押さえ: seats or places kept for a client until a deadline, at the price quoted.
//!
//! Whether a hold still holds is asked of the clock, never of a sweeper: past its deadline its seats can be claimed by the
//! next who asks, and its places are taken back as soon as a pool is short of them.

mod events;
pub mod rules;
pub(crate) mod sql;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Refusal, Refuse, Yen,
    ids::{HoldId, PerformanceId, PoolId, SaleWindowId, SeatClassId, SeatId, TicketTypeId},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    line::{self, Line},
    problems,
    secret::{ClientSecret, Proof},
    terms::{self, Audience, Terms, TermsError},
};

/// So many tickets of one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeCount {
    pub ticket_type: TicketTypeId,
    /// At least 1.
    pub count: i32,
}

/// This seat, for a ticket of this type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatPick {
    pub seat: SeatId,
    pub ticket_type: TicketTypeId,
}

/// What a client wants of a performance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// These seats.
    Picked(Vec<SeatPick>),
    /// The best seats beside each other in a class.
    Best {
        seat_class: SeatClassId,
        tickets: Vec<TypeCount>,
        /// The party may sit in parts when it finds no room together.
        may_split: bool,
        /// The first seat is a wheelchair place, the others are the companion places nearest to it.
        wheelchair: bool,
    },
    /// Places of a pool, without numbers.
    Places { pool: PoolId, tickets: Vec<TypeCount> },
}

impl Selection {
    /// How many tickets it asks for.
    pub fn count(&self) -> i32 {
        match self {
            Self::Picked(seats) => i32::try_from(seats.len()).unwrap_or(i32::MAX),
            Self::Best { tickets, .. } | Self::Places { tickets, .. } => {
                tickets.iter().fold(0i32, |sum, item| sum.saturating_add(item.count))
            }
        }
    }
}

/// The request for a hold.
#[derive(Debug, Clone)]
pub struct PlaceHold {
    pub performance: PerformanceId,
    /// Absent: the window that is open.
    pub sale_window: Option<SaleWindowId>,
    pub audience: Audience,
    pub selection: Selection,
}

/// What a hold is at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldState {
    Active,
    /// It has become an order.
    Converted,
    Released,
    Expired,
}

impl HoldState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Converted => "converted",
            Self::Released => "released",
            Self::Expired => "expired",
        }
    }
}

/// A hold.
#[derive(Debug, Clone)]
pub struct Hold {
    pub id: HoldId,
    pub performance: PerformanceId,
    pub sale_window: Option<SaleWindowId>,
    pub state: HoldState,
    pub placed_at: Instant,
    pub expires_at: Instant,
    /// No extension goes beyond this.
    pub max_expires_at: Instant,
    pub lines: Vec<Line>,
    /// Yen, tax and fees included; honoured until the hold expires.
    pub total: Yen,
    /// Why these seats, when they were chosen by us.
    pub choice: Option<rules::Choice>,
}

/// A new hold, and the secret that opens it. The secret is shown this once.
#[derive(Debug, Clone)]
pub struct Placed {
    pub hold: Hold,
    pub secret: ClientSecret,
}

/// What is stored of the quote beside its lines.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Quote {
    pub total: Yen,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<rules::Choice>,
    /// How long a new hold lasts, in minutes: an extension gives as much again.
    pub keep_minutes: i64,
    /// How long the order may stay unpaid, in minutes.
    pub payment_minutes: i64,
    /// How the order may be paid; empty: in every way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payment_methods: Vec<String>,
}

/// A free seat that could be had instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    pub seat: SeatId,
    /// 座席番号 as it is printed.
    pub label: String,
}

/// Why a hold is not placed. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum PlaceHoldError {
    #[error(transparent)]
    Terms(#[from] TermsError),
    #[error("this way of choosing is not offered")]
    NotOffered,
    #[error("the same seat is named twice, or nothing is asked for")]
    Unclear,
    #[error("there is no such seat, seat class or pool in this performance")]
    UnknownPlace,
    #[error("at least one of the seats is taken")]
    SeatsTaken { taken: Vec<SeatId>, alternatives: Vec<Alternative> },
    #[error("so many seats are not free as asked")]
    NoneFree { asked: i32, free: i64, may_split: bool },
    #[error("the pool is too full")]
    PoolFull { pool: PoolId, free: i64 },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for PlaceHoldError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Terms(error) => error.refusal(),
            Self::NotOffered => problems::SELECTION_NOT_OFFERED.refuse(),
            Self::Unclear => problems::SELECTION_UNCLEAR.refuse(),
            Self::UnknownPlace => problems::PLACE_UNKNOWN.refuse(),
            Self::SeatsTaken { taken, alternatives } => problems::SEAT_TAKEN
                .refuse()
                .fact("taken", taken.iter().map(ToString::to_string).collect::<Vec<_>>())
                .fact("alternatives", alternatives.iter().map(offer).collect::<Vec<_>>()),
            Self::NoneFree { asked, free, may_split } => {
                problems::NO_SEATS.refuse().fact("asked", *asked).fact("free", *free).fact("split_allowed", *may_split)
            }
            Self::PoolFull { pool, free } => {
                problems::POOL_FULL.refuse().fact("pool", pool.to_string()).fact("free", *free)
            }
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

fn offer(seat: &Alternative) -> Value {
    json!({ "seat": seat.seat.to_string(), "label": seat.label })
}

/// Why a hold cannot be read, extended or released.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    #[error("there is no such hold")]
    Absent,
    #[error("the hold has ended")]
    Ended { state: HoldState },
    #[error("the hold cannot be extended any further")]
    AtMost { until: Instant },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for HoldError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Ended { state } => problems::HOLD_ENDED.refuse().fact("state", state.as_str()),
            Self::AtMost { until } => problems::HOLD_AT_MOST.refuse().fact("max_expires_at", terms::stamp(*until)),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Keeps seats or places for a client: all that was asked for, or nothing.
///
/// # Errors
/// [`PlaceHoldError`].
pub async fn place(tx: &mut TenantTx, ask: &PlaceHold, now: Instant) -> Result<Placed, PlaceHoldError> {
    let terms = terms::read(tx, ask.performance, ask.sale_window, ask.audience, now).await?;
    let window = terms.open(ask.selection.count(), now)?;
    rules::check(&ask.selection, window)?;
    let secret = ClientSecret::random().ok_or(Fault::Unexpected("the machine gives randomness"))?;
    let id = HoldId::new(now);
    let (keep, at_most) = window.keep();
    let (expires_at, max_expires_at) = (now + keep, now + at_most);
    let (lines, choice) = claim(tx, &terms, &ask.selection, id, expires_at, now).await?;
    let quote = Quote {
        total: line::total(&lines),
        choice,
        keep_minutes: keep.whole_minutes(),
        payment_minutes: window.payment().whole_minutes(),
        payment_methods: window.payment_methods(),
    };
    let hold = Hold {
        id,
        performance: ask.performance,
        sale_window: Some(window.id),
        state: HoldState::Active,
        placed_at: now,
        expires_at,
        max_expires_at,
        lines,
        total: quote.total,
        choice: quote.choice.clone(),
    };
    events::placed(tx, &hold, now).await?;
    if let Some(pool) = sql::write(tx, &hold, secret.hash(), &quote).await? {
        return Err(PlaceHoldError::PoolFull { pool, free: sql::free_places(tx, pool).await? });
    }
    Ok(Placed { hold, secret })
}

/// Claims what was selected in the name of `id` and prices it. Places of pools are only looked up here: whoever writes the
/// document takes them last.
pub(crate) async fn claim(
    tx: &mut TenantTx,
    terms: &Terms,
    selection: &Selection,
    id: HoldId,
    until: Instant,
    now: Instant,
) -> Result<(Vec<Line>, Option<rules::Choice>), PlaceHoldError> {
    let performance = terms.performance;
    match selection {
        Selection::Picked(picks) => {
            let seats: Vec<SeatId> = picks.iter().map(|pick| pick.seat).collect();
            let claimed = sql::claim_seats(tx, performance, seats.clone(), id, until, now).await?;
            if claimed.len() < seats.len() {
                return Err(taken(tx, performance, &seats, &claimed, now).await?);
            }
            Ok((rules::seat_lines(terms, &claimed, picks)?, None))
        }
        Selection::Best { seat_class, tickets, may_split, wheelchair } => {
            let asked = selection.count();
            let mut claimed = if *wheelchair {
                sql::claim_wheelchair(tx, performance, *seat_class, asked - 1, id, until, now).await?
            } else {
                sql::claim_best(tx, performance, *seat_class, asked, *may_split, id, until, now).await?
            };
            if i32::try_from(claimed.len()).ok() != Some(asked) {
                let free = sql::free_seats(tx, performance, *seat_class, *wheelchair, now).await?;
                let free = free.ok_or(PlaceHoldError::UnknownPlace)?;
                return Err(PlaceHoldError::NoneFree { asked, free, may_split: *may_split });
            }
            claimed.sort_by_key(|seat| (seat.part, seat.position));
            let picks = rules::assign(&claimed, tickets);
            Ok((rules::seat_lines(terms, &claimed, &picks)?, Some(rules::explain(&claimed))))
        }
        Selection::Places { pool, tickets } => {
            let pool = terms.pool(*pool).ok_or(PlaceHoldError::UnknownPlace)?;
            Ok((rules::place_lines(terms, pool, tickets)?, None))
        }
    }
}

async fn taken(
    tx: &mut TenantTx,
    performance: PerformanceId,
    seats: &[SeatId],
    claimed: &[rules::Seat],
    now: Instant,
) -> Result<PlaceHoldError, Fault> {
    let taken: Vec<SeatId> =
        seats.iter().copied().filter(|seat| claimed.iter().all(|mine| mine.seat != *seat)).collect();
    match sql::near(tx, performance, taken.clone(), seats.to_vec(), now).await? {
        (known, _) if known < i64::try_from(taken.len()).unwrap_or(i64::MAX) => Ok(PlaceHoldError::UnknownPlace),
        (_, alternatives) => Ok(PlaceHoldError::SeatsTaken { taken, alternatives }),
    }
}

/// The hold, as it is at this moment.
///
/// # Errors
/// [`HoldError::Absent`], also for a caller without the right proof.
pub async fn find(tx: &mut TenantTx, id: HoldId, proof: Proof<'_>, now: Instant) -> Result<Hold, HoldError> {
    Ok(kept(tx, id, proof, now).await?.hold)
}

/// The hold with its terms of payment, for whoever may have it.
pub(crate) async fn kept(
    tx: &mut TenantTx,
    id: HoldId,
    proof: Proof<'_>,
    now: Instant,
) -> Result<sql::Kept, HoldError> {
    let kept = sql::find(tx, id, now).await?.filter(|kept| proof.opens(kept.secret.as_deref()));
    kept.ok_or(HoldError::Absent)
}

/// Keeps it longer: the time of a new hold from now, within its longest lifetime.
///
/// # Errors
/// [`HoldError`].
pub async fn extend(tx: &mut TenantTx, id: HoldId, proof: Proof<'_>, now: Instant) -> Result<Hold, HoldError> {
    let kept = kept(tx, id, proof, now).await?;
    let hold = kept.hold;
    if hold.state != HoldState::Active {
        return Err(HoldError::Ended { state: hold.state });
    }
    let until = rules::extended(&hold, kept.keep_minutes, now);
    if until <= hold.expires_at {
        return Err(HoldError::AtMost { until: hold.max_expires_at });
    }
    let hold = Hold { expires_at: until, ..hold };
    events::extended(tx, &hold, now).await?;
    if !sql::extend(tx, &hold, now).await? {
        return Err(HoldError::Ended { state: HoldState::Expired });
    }
    Ok(hold)
}

/// Gives everything back at once.
///
/// # Errors
/// [`HoldError`].
pub async fn release(tx: &mut TenantTx, id: HoldId, proof: Proof<'_>, now: Instant) -> Result<(), HoldError> {
    let hold = find(tx, id, proof, now).await?;
    if matches!(hold.state, HoldState::Converted | HoldState::Released) {
        return Err(HoldError::Ended { state: hold.state });
    }
    events::released(tx, &hold, now).await?;
    if !sql::release(tx, &hold).await? {
        return Err(HoldError::Ended { state: HoldState::Expired });
    }
    Ok(())
}
