//! Whether a tenant does business in a service: for what is asked without a credential, which would say so itself.

use contract::ApiError;
use db::TenantTx;
use kernel::{Instant, Scope, Service, clock::civil_day};
use tenancy::{subscription, tenant};

use crate::Desk;

/// Whether the contract is in force and the service subscribed; a sandbox goes by the terms of its tenant.
///
/// # Errors
/// A fault of the database.
pub async fn is_done(desk: &Desk, scope: &Scope, now: Instant) -> Result<bool, ApiError> {
    let own = desk.db.read(&scope.in_service(Service::Core), async |tx: &mut TenantTx| tenant::view(tx).await).await?;
    let Some(own) = own else { return Ok(false) };
    let terms = Scope::assume(own.sandbox_of.unwrap_or(own.id), Service::Core, *scope.actor(), scope.request_id());
    let look = async |tx: &mut TenantTx| -> Result<_, db::Fault> {
        Ok((tenant::view(tx).await?, subscription::list(tx).await?))
    };
    let (holder, subscriptions) = desk.db.read(&terms, look).await?;
    let today = civil_day(now);
    let contract = holder.and_then(|holder| holder.contract);
    let in_force = contract.is_some_and(|terms| terms.starts_on <= today && today <= terms.ends_on);
    Ok(in_force && subscriptions.iter().any(|one| one.service == scope.service() && one.is_active(now)))
}
