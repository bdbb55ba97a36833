//! 運営者: one of us. Operators keep the register of tenants; they have no rights inside one.

mod events;
mod sql;

use db::{Db, Fault, OperatorTx};
use kernel::{Actor, Instant, OperatorScope, Refusal, Refuse, RequestId, ids::OperatorId};

use crate::{
    credential::{self, NewCredential},
    password::{Busy, Lane, Password, PasswordRefused},
    problems,
    sign_in::{Plane, Vault, login_hash},
};

/// Why an operator was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateOperatorError {
    #[error("there is an operator with this login id")]
    Exists,
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    #[error("too many passwords wait to be hashed")]
    Busy,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Busy> for CreateOperatorError {
    fn from(_: Busy) -> Self {
        Self::Busy
    }
}

impl Refuse for CreateOperatorError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Exists => problems::OPERATOR_EXISTS.refuse(),
            Self::Password(refused) => refused.refusal(),
            Self::Busy => problems::SIGN_IN_BUSY.refuse().retry_after(2),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Makes an operator, by the hand of whoever runs this machine. Without a password one is made; it is returned either way.
///
/// # Errors
/// [`CreateOperatorError`].
pub async fn create(
    db: &Db,
    vault: &Vault,
    login_id: &str,
    name: &str,
    password: Option<Password>,
    now: Instant,
) -> Result<(OperatorId, Password), CreateOperatorError> {
    let password = password.unwrap_or_else(Password::one_time);
    password.check(&[login_id, name])?;
    let stored = vault.passwords.keep(Lane::HOUSE, &password).await?;
    let id = OperatorId::new(now);
    let login_id = login_id.trim().to_lowercase();
    let login = NewCredential {
        hash: login_hash(&vault.pepper, Plane::Operator, &login_id),
        tenant: None,
        id: id.uuid(),
        kind: Plane::Operator.kind(),
        principal: id.uuid(),
        name: None,
        hint: String::new(),
        scopes: vec![],
        origins: vec![],
        created_by: None,
        expires_at: None,
        idle_seconds: None,
    };
    let scope = OperatorScope::assume(Actor::System, RequestId::random());
    let (login, login_id, stored) = (&login, &login_id, &stored);
    db.operator(&scope, async |tx: &mut OperatorTx| {
        sql::insert(tx, id, login_id, name, stored, now).await?;
        credential::insert(tx.conn(), login.clone(), now).await?;
        audit::journal(tx, now, &events::OperatorCreated { operator: id }).await?;
        Ok::<_, CreateOperatorError>(())
    })
    .await?;
    Ok((id, password))
}
