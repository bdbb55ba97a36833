//! 契約サービス: which service a tenant may use, from a first to a last day. Nothing else switches a service on.

mod events;
mod sql;

use db::{Fault, TenantTx};
use kernel::{Instant, Refusal, Refuse, Service, clock::civil_day, ids::SubscriptionId};
use time::Date;

use crate::problems;

/// A service for a period, both days included, Japan time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    pub id: SubscriptionId,
    pub service: Service,
    pub starts_on: Date,
    pub ends_on: Date,
}

impl Subscription {
    /// Whether the service can be used at this moment.
    pub fn is_active(&self, now: Instant) -> bool {
        let today = civil_day(now);
        self.starts_on <= today && today <= self.ends_on
    }
}

/// Why a subscription was not made or moved.
#[derive(Debug, thiserror::Error)]
pub enum SubscribeError {
    #[error("there is no such tenant or subscription")]
    Absent,
    #[error("what services share cannot be subscribed")]
    NotSubscribable,
    #[error("the last day comes before the first")]
    Period,
    #[error("the tenant has this service for some of these days already")]
    Overlaps,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for SubscribeError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::NotSubscribable => problems::SERVICE_NOT_SUBSCRIBABLE.refuse(),
            Self::Period => problems::PERIOD_REVERSED.refuse(),
            Self::Overlaps => problems::SUBSCRIPTION_OVERLAPS.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Gives the tenant of this transaction a service from `starts_on` to `ends_on`.
///
/// # Errors
/// [`SubscribeError`].
pub async fn subscribe(
    tx: &mut TenantTx,
    service: Service,
    starts_on: Date,
    ends_on: Date,
    now: Instant,
) -> Result<Subscription, SubscribeError> {
    if service == Service::Core {
        return Err(SubscribeError::NotSubscribable);
    }
    if ends_on < starts_on {
        return Err(SubscribeError::Period);
    }
    let subscription = Subscription { id: SubscriptionId::new(now), service, starts_on, ends_on };
    sql::insert(tx, &subscription, now).await?;
    audit::journal(tx, now, &events::ServiceSubscribed::of(&subscription)).await?;
    Ok(subscription)
}

/// Moves the last day of a subscription.
///
/// # Errors
/// [`SubscribeError`].
pub async fn end_on(
    tx: &mut TenantTx,
    id: SubscriptionId,
    ends_on: Date,
    now: Instant,
) -> Result<Subscription, SubscribeError> {
    let subscription = sql::set_end(tx, id, ends_on).await?.ok_or(SubscribeError::Absent)?;
    audit::journal(tx, now, &events::SubscriptionMoved::of(&subscription)).await?;
    Ok(subscription)
}

/// The tenant's subscriptions, past and future ones included, oldest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx) -> Result<Vec<Subscription>, Fault> {
    sql::list(tx).await
}
