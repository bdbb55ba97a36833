//! Places without numbers: free seating, standing, and the caps around them. A pool inside another is capped by both.

mod events;
mod sql;

use db::{Fault, TenantTx};
use kernel::{
    Instant, Refusal, Refuse,
    ids::{PerformanceId, PoolId, SeatClassId},
};

use crate::problems;

/// A pool as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    pub id: PoolId,
    pub performance: PerformanceId,
    /// What is sold from it; absent for a pool that only caps those inside it.
    pub seat_class: Option<SeatClassId>,
    pub parent: Option<PoolId>,
    pub name: String,
    pub capacity: i64,
    /// Held or sold. What has expired counts until somebody is short of it.
    pub taken: i64,
}

/// A new pool.
#[derive(Debug, Clone)]
pub struct PoolDraft {
    pub performance: PerformanceId,
    pub seat_class: Option<SeatClassId>,
    pub parent: Option<PoolId>,
    pub name: String,
    pub capacity: i64,
}

/// Why a pool is not as asked.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    #[error("there is no such pool")]
    Absent,
    #[error("there is no such performance, seat class or surrounding pool")]
    UnknownReference,
    #[error("more places are taken than this capacity")]
    BelowTaken,
    #[error("{places} places would be more than the {allowed} that are allowed")]
    AboveCapacity { places: i64, allowed: i32 },
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for PoolError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::UnknownReference => problems::POOL_REFERENCE.refuse(),
            Self::BelowTaken => problems::POOL_BELOW_TAKEN.refuse(),
            Self::AboveCapacity { places, allowed } => {
                problems::POOL_ABOVE_CAPACITY.refuse().fact("places", *places).fact("allowed", *allowed)
            }
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Seats and pools together stay within what the hall may hold (消防定員) and the performance's own cap. Who asks waits for others
/// who change pools of the same performance.
async fn within_capacity(tx: &mut TenantTx, performance: PerformanceId) -> Result<(), PoolError> {
    match sql::crowding(tx, performance).await? {
        Some((places, Some(allowed))) if places > i64::from(allowed) => {
            Err(PoolError::AboveCapacity { places, allowed })
        }
        _ => Ok(()),
    }
}

/// Sets a pool up. A surrounding pool belongs to the same performance.
///
/// # Errors
/// [`PoolError`].
pub async fn create(tx: &mut TenantTx, draft: &PoolDraft, now: Instant) -> Result<Pool, PoolError> {
    let pool = Pool {
        id: PoolId::new(now),
        performance: draft.performance,
        seat_class: draft.seat_class,
        parent: draft.parent,
        name: draft.name.clone(),
        capacity: draft.capacity,
        taken: 0,
    };
    sql::lock_performance(tx, draft.performance).await?;
    match sql::insert(tx, &pool, now).await {
        Ok(()) => {}
        Err(fault)
            if ["pools_performance", "pools_seat_class", "pools_parent"].iter().any(|name| fault.violates(name)) =>
        {
            return Err(PoolError::UnknownReference);
        }
        Err(fault) => return Err(fault.into()),
    }
    within_capacity(tx, pool.performance).await?;
    events::created(tx, &pool, now).await?;
    Ok(pool)
}

/// Changes how many places there are; never below what is taken.
///
/// # Errors
/// [`PoolError`].
pub async fn resize(tx: &mut TenantTx, id: PoolId, capacity: i64, now: Instant) -> Result<Pool, PoolError> {
    let before = find(tx, id).await?;
    sql::lock_performance(tx, before.performance).await?;
    match sql::resize(tx, id, capacity).await {
        Ok(Some(pool)) => {
            if capacity > before.capacity {
                within_capacity(tx, pool.performance).await?;
            }
            events::resized(tx, &pool, now).await?;
            Ok(pool)
        }
        Ok(None) => Err(PoolError::Absent),
        Err(fault) if fault.violates("pools_never_oversold") => Err(PoolError::BelowTaken),
        Err(fault) => Err(fault.into()),
    }
}

/// # Errors
/// [`PoolError::Absent`], or a [`Fault`].
pub async fn find(tx: &mut TenantTx, id: PoolId) -> Result<Pool, PoolError> {
    sql::find(tx, id).await?.ok_or(PoolError::Absent)
}

/// Every pool of a performance, in id order.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, performance: PerformanceId) -> Result<Vec<Pool>, Fault> {
    sql::list(tx, performance).await
}
