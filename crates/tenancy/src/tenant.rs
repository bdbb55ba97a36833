//! 契約者: the unit of isolation. One is created only by us, on a recorded request; its status follows from dates alone.

mod events;
mod rules;
mod sql;

use db::{Fault, OperatorTx, TenantTx};
use kernel::{
    Actor, Instant, Page, PageAsk, Refusal, Refuse,
    clock::civil_day,
    ids::{OperatorId, TenantId},
};

pub use rules::{Status, status};

use crate::{contract::Contract, problems};

/// The request that a tenant exists for (white paper 5.1): who asked, when, on which paper, and when it was explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub requested_by: String,
    pub received_at: Instant,
    pub document_ref: String,
    pub explained_at: Instant,
}

/// A tenant to be.
#[derive(Debug, Clone)]
pub struct TenantDraft {
    pub name: String,
    pub request: Request,
}

/// A tenant, with the contract that counts.
#[derive(Debug, Clone)]
pub struct Tenant {
    pub id: TenantId,
    pub name: String,
    /// Absent for a sandbox.
    pub request: Option<Request>,
    /// The tenant this sandbox belongs to.
    pub sandbox_of: Option<TenantId>,
    /// The sandbox of this tenant.
    pub sandbox: Option<TenantId>,
    pub created_at: Instant,
    pub contract: Option<Contract>,
}

impl Tenant {
    /// Where the tenant stands today, Japan time.
    pub fn status(&self, now: Instant) -> Status {
        status(self.contract.as_ref(), civil_day(now))
    }
}

/// Why a tenant was not registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterTenantError {
    #[error("the request was received or explained in the future")]
    FutureRequest,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for RegisterTenantError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::FutureRequest => problems::TENANT_REQUEST_IN_FUTURE.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Registers a tenant on a recorded request. `id` is chosen before, because its keys are made before.
///
/// # Errors
/// [`RegisterTenantError`].
pub async fn register(
    tx: &mut TenantTx,
    id: TenantId,
    draft: &TenantDraft,
    now: Instant,
) -> Result<Tenant, RegisterTenantError> {
    if draft.request.received_at > now || draft.request.explained_at > now {
        return Err(RegisterTenantError::FutureRequest);
    }
    sql::insert(tx, id, draft, operator(tx.scope().actor())?, now).await?;
    audit::journal(tx, now, &events::TenantRegistered { tenant: id, document_ref: draft.request.document_ref.clone() })
        .await?;
    Ok(Tenant {
        id,
        name: draft.name.clone(),
        request: Some(draft.request.clone()),
        sandbox_of: None,
        sandbox: None,
        created_at: now,
        contract: None,
    })
}

/// Why a sandbox was not made.
#[derive(Debug, thiserror::Error)]
pub enum OpenSandboxError {
    #[error("there is no such tenant")]
    Absent,
    #[error("the tenant has a sandbox already, or is one")]
    Exists,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for OpenSandboxError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Exists => problems::SANDBOX_EXISTS.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Gives the tenant of this transaction its sandbox: a tenant of its own, reached by `sk_test_` and `pk_test_` keys.
///
/// # Errors
/// [`OpenSandboxError`].
pub async fn open_sandbox(tx: &mut TenantTx, id: TenantId, now: Instant) -> Result<Tenant, OpenSandboxError> {
    let tenant = view(tx).await?.ok_or(OpenSandboxError::Absent)?;
    if !sql::claim_sandbox(tx, id).await? {
        return Err(OpenSandboxError::Exists);
    }
    let name = format!("{} (sandbox)", tenant.name);
    let by = operator(tx.scope().actor())?;
    sql::insert_sandbox(tx, id, &name, by, now).await?;
    audit::journal(tx, now, &events::SandboxOpened { tenant: tenant.id, sandbox: id }).await?;
    Ok(Tenant { id, name, request: None, sandbox_of: Some(tenant.id), sandbox: None, created_at: now, contract: None })
}

/// The tenant of this transaction. A sandbox shows the contract of the tenant it belongs to where that can be seen.
///
/// # Errors
/// A [`Fault`].
pub async fn view(tx: &mut TenantTx) -> Result<Option<Tenant>, Fault> {
    sql::find(tx).await
}

/// What the tenant of this transaction is called. Every service may ask.
///
/// # Errors
/// A [`Fault`].
pub async fn name(tx: &mut TenantTx) -> Result<Option<String>, Fault> {
    sql::name(tx).await
}

/// Every tenant, sandboxes included, in the order of their registration.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut OperatorTx, ask: &PageAsk) -> Result<Page<Tenant>, Fault> {
    let rows = sql::list(tx, ask).await?;
    Ok(Page::from_rows(rows, ask, |tenant| tenant.id.uuid()))
}

/// The operator behind a deed that only operators do.
pub(crate) fn operator(actor: &Actor) -> Result<OperatorId, Fault> {
    match actor {
        Actor::Operator(id) => Ok(*id),
        _ => Err(Fault::Unexpected("the register of tenants is kept by operators")),
    }
}
