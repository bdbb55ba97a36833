//! Who is calling: from the token they show to what they may do, in one statement and without a cache, so that a
//! revocation counts from the next request on.

mod rules;
mod sql;

use db::{Db, Fault};
use kernel::{Actor, Instant, OperatorScope, Pepper, Refusal, Refuse, RequestId, Scope, Service, ids::TenantId};
use uuid::Uuid;

use crate::{
    origin::Origin,
    permission::{Permission, PermissionSet},
    problems,
    token::Token,
};

/// What sort of credential it is; rate limits go by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyClass {
    Secret,
    Publishable,
    Device,
    Staff,
    Patron,
    Operator,
}

impl KeyClass {
    pub const ALL: [Self; 6] =
        [Self::Secret, Self::Publishable, Self::Device, Self::Staff, Self::Patron, Self::Operator];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Publishable => "publishable",
            Self::Device => "device",
            Self::Staff => "staff",
            Self::Patron => "patron",
            Self::Operator => "operator",
        }
    }
}

/// A caller who has proved who they are.
#[derive(Debug, Clone)]
pub struct Principal {
    pub actor: Actor,
    /// The key's or session's id.
    pub credential: Uuid,
    pub class: KeyClass,
    /// The tenant the credential belongs to; operators have none.
    pub tenant: Option<TenantId>,
    /// Whether this is real business; `false` in a sandbox.
    pub live: bool,
    /// The sandbox of the tenant, when it has one.
    pub sandbox: Option<TenantId>,
    /// Subscribed today, Japan time.
    pub services: Vec<Service>,
    pub permissions: PermissionSet,
    /// Pages that may use a publishable key; empty for everything else.
    pub origins: Vec<Origin>,
}

/// Why a credential opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    #[error("the credential is not known")]
    Unknown,
    #[error("the credential has expired")]
    Expired,
    #[error("the credential is revoked")]
    Revoked,
    #[error("the session was idle for too long")]
    Idle,
    #[error("the account is disabled")]
    Disabled,
    #[error("the contract has not started")]
    NotStarted,
    #[error("the contract has ended")]
    Ended,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for ResolveError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Unknown => problems::CREDENTIAL_INVALID.refuse(),
            Self::Expired => problems::CREDENTIAL_EXPIRED.refuse(),
            Self::Revoked => problems::CREDENTIAL_REVOKED.refuse(),
            Self::Idle => problems::SESSION_IDLE.refuse(),
            Self::Disabled => problems::ACCOUNT_DISABLED.refuse(),
            Self::NotStarted => problems::CONTRACT_NOT_STARTED.refuse(),
            Self::Ended => problems::CONTRACT_ENDED.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Why a known caller may not do this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    #[error("the permission {} is missing", .0.code())]
    Permission(Permission),
    #[error("the service {} is not subscribed", .0.as_str())]
    NotSubscribed(Service),
    #[error("a publishable key was used without an origin")]
    OriginRequired,
    #[error("the origin is not in the key's list")]
    OriginNotAllowed,
}

impl Refuse for Denied {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Permission(permission) => {
                problems::PERMISSION_DENIED.refuse().fact("required_permission", permission.code())
            }
            Self::NotSubscribed(service) => problems::SERVICE_NOT_SUBSCRIBED.refuse().fact("service", service.as_str()),
            Self::OriginRequired => problems::ORIGIN_REQUIRED.refuse(),
            Self::OriginNotAllowed => problems::ORIGIN_NOT_ALLOWED.refuse(),
        }
    }
}

impl Principal {
    /// The right to work in the caller's tenant, if the caller has this permission.
    ///
    /// # Errors
    /// [`Denied::NotSubscribed`] before [`Denied::Permission`]: what is not subscribed does not exist.
    pub fn may(&self, permission: Permission, request_id: RequestId) -> Result<Scope, Denied> {
        let Some(tenant) = self.tenant else { return Err(Denied::Permission(permission)) };
        let service = permission.service();
        if service != Service::Core && !self.services.contains(&service) {
            return Err(Denied::NotSubscribed(service));
        }
        if !self.permissions.has(permission) {
            return Err(Denied::Permission(permission));
        }
        Ok(Scope::assume(tenant, service, self.actor, request_id))
    }

    /// The same right in the sandbox of the caller's tenant, when it has one: its keys are kept by the tenant itself.
    pub fn in_sandbox(&self, scope: &Scope) -> Option<Scope> {
        let sandbox = self.sandbox.filter(|_| self.tenant == Some(scope.tenant()))?;
        Some(Scope::assume(sandbox, scope.service(), *scope.actor(), scope.request_id()))
    }

    /// The right to work across tenants, if the caller is an operator.
    ///
    /// # Errors
    /// [`Denied::Permission`].
    pub fn may_operate(&self, permission: Permission, request_id: RequestId) -> Result<OperatorScope, Denied> {
        if self.class == KeyClass::Operator && self.permissions.has(permission) {
            return Ok(OperatorScope::assume(self.actor, request_id));
        }
        Err(Denied::Permission(permission))
    }

    /// Refuses a publishable key that is used from a page it was not given to. Other credentials know no origin.
    ///
    /// # Errors
    /// [`Denied::OriginRequired`], [`Denied::OriginNotAllowed`].
    pub fn admit_origin(&self, shown: Option<&str>) -> Result<(), Denied> {
        if self.class != KeyClass::Publishable {
            return Ok(());
        }
        let shown = shown.ok_or(Denied::OriginRequired)?;
        if self.origins.iter().any(|origin| origin.admits(shown)) { Ok(()) } else { Err(Denied::OriginNotAllowed) }
    }
}

/// Says who shows this token. One statement; a second, cheap one at most once a minute notes the use.
///
/// # Errors
/// [`ResolveError`].
pub async fn resolve(db: &Db, pepper: &Pepper, token: &str, now: Instant) -> Result<Principal, ResolveError> {
    let token = Token::parse(token).map_err(|_| ResolveError::Unknown)?;
    let hash = token.hash(pepper);
    let row = sql::resolve(db, &hash, now).await?.ok_or(ResolveError::Unknown)?;
    let principal = rules::principal(&row, now)?;
    if rules::use_is_due(&row, now)
        && let Err(fault) = sql::touch(db, &hash, now).await
    {
        // the caller has proved who they are; that we could not note it is our problem
        tracing::warn!(%fault, "the use of a credential was not noted");
    }
    Ok(principal)
}
