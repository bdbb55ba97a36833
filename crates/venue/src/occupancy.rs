//! 占有: who has which atom when. Nothing is ever there twice: `occupancy_never_twice` in the database is the referee, and
//! asking first is only a courtesy.

pub(crate) mod sql;

use std::collections::HashSet;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Refusal, Refuse,
    ids::{AtomId, RoomId},
};
use uuid::Uuid;

use crate::{problems, span::Span};

/// What takes a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceKind {
    Hire,
    Closure,
    /// 講座の回.
    Session,
}

impl SourceKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hire => "hire",
            Self::Closure => "closure",
            Self::Session => "session",
        }
    }
}

/// One room, or some atoms, at one time, for one purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The hire, closure or session that takes it. A part is never taken twice by the same at the same time.
    pub source: Uuid,
    /// The room it is taken as; absent for closures of more than a room.
    pub room: Option<RoomId>,
    pub atoms: Vec<AtomId>,
    /// Set-up and clean-up included.
    pub during: Span,
}

/// Why the claims were not taken: none of them was.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// These sources did not get all of their atoms. The transaction must not be committed.
    #[error("at least one atom is taken at that time")]
    Taken { sources: Vec<Uuid> },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for ClaimError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Taken { .. } => problems::ROOM_TAKEN.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Takes every atom of every claim, or answers with an error after which the caller rolls back. With `hold_until` it counts
/// only until then.
///
/// One statement, in the order of the atoms, and it steps back from what is taken instead of waiting for it: two who want the
/// same atoms never wait for each other in a circle. A claim of the same transaction that was dropped before is no obstacle.
///
/// # Errors
/// [`ClaimError`].
pub async fn claim(
    tx: &mut TenantTx,
    kind: SourceKind,
    claims: &[Claim],
    hold_until: Option<Instant>,
) -> Result<(), ClaimError> {
    let got: HashSet<(Uuid, AtomId, Instant)> = sql::claim(tx, kind, claims, hold_until).await?.into_iter().collect();
    let has = |claim: &Claim, atom: &AtomId| got.contains(&(claim.source, *atom, claim.during.from()));
    let short = |claim: &&Claim| !claim.atoms.iter().all(|atom| has(claim, atom));
    let mut sources: Vec<Uuid> = claims.iter().filter(short).map(|claim| claim.source).collect();
    sources.dedup();
    if sources.is_empty() { Ok(()) } else { Err(ClaimError::Taken { sources }) }
}

/// Of claims that were not taken, which source wants what is closed then, with the label that everybody may read.
///
/// # Errors
/// [`Fault`].
pub(crate) async fn closed(tx: &mut TenantTx, claims: &[Claim]) -> Result<Vec<(Uuid, String)>, Fault> {
    sql::closed(tx, claims).await
}

/// Makes holds that have run out at `now` inactive, where they stand in the way of these claims. Answers with how many.
///
/// It belongs into a transaction of its own, before the one that claims: inside it, rushing clients would wait for each other.
///
/// # Errors
/// [`Fault`].
pub async fn expire(tx: &mut TenantTx, claims: &[Claim], now: Instant) -> Result<usize, Fault> {
    sql::expire(tx, claims, now).await
}

/// Gives back everything that these sources have. Answers with how many atoms.
///
/// # Errors
/// [`Fault`].
pub async fn release(tx: &mut TenantTx, sources: &[Uuid]) -> Result<usize, Fault> {
    sql::release(tx, sources).await
}

/// From now on what these sources hold counts until `hold_until`, or for good. Answers with how many atoms: fewer than they
/// should have means that the hold was lost meanwhile.
///
/// # Errors
/// [`Fault`].
pub async fn keep(
    tx: &mut TenantTx,
    sources: &[Uuid],
    hold_until: Option<Instant>,
    now: Instant,
) -> Result<usize, Fault> {
    sql::keep(tx, sources, hold_until, now).await
}
