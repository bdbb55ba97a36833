//! Signing in: one path for the right, the wrong, the unknown and the disabled, so that neither the answer nor its time
//! tells them apart. An attempt is counted before its password is looked at, so that parallel guesses gain nothing.
//!
//! These verbs start before any scope is known, so they open their own transactions.

mod events;
mod rules;
mod sql;

use db::{Db, Fault, OperatorTx, TenantTx};
use kernel::{Actor, Id, Instant, OperatorScope, Pepper, Refusal, Refuse, RequestId, Scope, Service};

pub use rules::{FREE_FAILURES, HARD_STOP, delay};
use sql::Seen;

use crate::{
    credential,
    password::{self, Busy, Lane, Password, PasswordRefused, Passwords},
    problems,
    session::{self, Opened},
    token::keyed_hash,
};

/// The secrets that identity works with.
#[derive(Clone)]
pub struct Vault {
    /// For credentials and claims.
    pub pepper: Pepper,
    pub passwords: Passwords,
}

/// What somebody claims.
#[derive(Debug, Clone)]
pub struct Claim {
    pub login_id: String,
    pub password: Password,
    pub request_id: RequestId,
}

/// Where the claim counts: staff and operators do not know each other's login ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plane {
    Staff,
    Operator,
}

impl Plane {
    /// The kind of the credential that a login id is, and the purpose of its hash.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Staff => "staff_login",
            Self::Operator => "operator_login",
        }
    }
}

/// What the database knows a login id by.
pub(crate) fn login_hash(pepper: &Pepper, plane: Plane, login_id: &str) -> Vec<u8> {
    keyed_hash(pepper, plane.kind(), login_id.trim().to_lowercase().as_bytes())
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown, wrong or disabled.
    #[error("the login id or the password is wrong")]
    Refused,
    #[error("too many failures; the next attempt may come in {0} seconds")]
    Throttled(u32),
    #[error("too many failures; the password must be reset")]
    Locked,
    #[error("too many people are signing in")]
    Busy,
    #[error("the issued password must be changed first")]
    ChangeRequired,
    #[error("the issued password was not used in time")]
    OneTimeExpired,
    #[error("the contract has not started")]
    NotStarted,
    #[error("the contract has ended")]
    Ended,
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    #[error("the new password is the old one")]
    Unchanged,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<Busy> for SignInError {
    fn from(_: Busy) -> Self {
        Self::Busy
    }
}

impl Refuse for SignInError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Refused => problems::SIGN_IN_REFUSED.refuse(),
            Self::Throttled(seconds) => problems::SIGN_IN_THROTTLED.refuse().retry_after(*seconds),
            Self::Locked => problems::SIGN_IN_LOCKED.refuse(),
            Self::Busy => problems::SIGN_IN_BUSY.refuse().retry_after(2),
            Self::ChangeRequired => problems::PASSWORD_CHANGE_REQUIRED.refuse(),
            Self::OneTimeExpired => problems::ONE_TIME_PASSWORD_EXPIRED.refuse(),
            Self::NotStarted => problems::CONTRACT_NOT_STARTED.refuse(),
            Self::Ended => problems::CONTRACT_ENDED.refuse(),
            Self::Password(refused) => refused.refusal(),
            Self::Unchanged => problems::PASSWORD_UNCHANGED.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Somebody whose password was right.
struct Known {
    hash: Vec<u8>,
    seen: Seen,
    lane: Lane,
    outdated: bool,
}

/// Signs a member of staff in.
///
/// # Errors
/// [`SignInError`]. A failure is in the journal when this returns: the tenant's, or the house's when nobody has that login id.
pub async fn staff(db: &Db, vault: &Vault, claim: &Claim, now: Instant) -> Result<Opened, SignInError> {
    let known = prove(db, vault, Plane::Staff, claim, now).await?;
    if let Err(error) = may_start(&known, now) {
        // the password was right, so this was no failure
        sql::settle(db, &known.hash, true).await?;
        return Err(error);
    }
    let Some(scope) = scope(&known, claim) else { return Err(SignInError::Refused) };
    let renewed = renew(vault, &known, claim).await;
    let (staff, known, renewed) = (Id::from_uuid(known.seen.principal), &known, &renewed);
    let work = async |tx: &mut TenantTx| -> Result<Option<Opened>, SignInError> {
        if !sql::stands(tx, staff, &known.seen).await? {
            return Ok(None);
        }
        if let Some(stored) = renewed {
            sql::renew_staff(tx, staff, stored).await?;
        }
        sql::forget_failures(tx.conn(), &known.hash).await?;
        Ok(Some(session::open_staff(tx, &vault.pepper, staff, now).await?))
    };
    match db.tenant(&scope, work).await? {
        Some(opened) => Ok(opened),
        None => {
            // it was changed while it was being checked
            note_failure(db, Plane::Staff, &known.hash, &known.seen, claim, now).await?;
            Err(SignInError::Refused)
        }
    }
}

/// Signs an operator in.
///
/// # Errors
/// [`SignInError`]. A failure is in the house's journal when this returns.
pub async fn operator(db: &Db, vault: &Vault, claim: &Claim, now: Instant) -> Result<Opened, SignInError> {
    let known = prove(db, vault, Plane::Operator, claim, now).await?;
    let operator = Id::from_uuid(known.seen.principal);
    let scope = OperatorScope::assume(Actor::Operator(operator), claim.request_id);
    let hash = &known.hash;
    db.operator(&scope, async |tx: &mut OperatorTx| {
        sql::forget_failures(tx.conn(), hash).await?;
        let opened = session::open_operator(tx, &vault.pepper, operator, now).await?;
        Ok(opened)
    })
    .await
}

/// Changes the password of staff who know the old one, one-time passwords included. Every session ends.
///
/// # Errors
/// [`SignInError`], [`SignInError::Password`] and [`SignInError::Unchanged`] among them.
pub async fn change_staff_password(
    db: &Db,
    vault: &Vault,
    claim: &Claim,
    new: &Password,
    now: Instant,
) -> Result<(), SignInError> {
    new.check(&[&claim.login_id])?;
    let known = prove(db, vault, Plane::Staff, claim, now).await?;
    let Some(scope) = scope(&known, claim) else { return Err(SignInError::Refused) };
    check_change(db, &known, claim, new, now).await?;
    let stored = vault.passwords.keep(known.lane, new).await?;
    let (staff, known, hash, stored) = (Id::from_uuid(known.seen.principal), &known, &known.hash, &stored);
    db.tenant(&scope, async |tx: &mut TenantTx| {
        if !sql::stands(tx, staff, &known.seen).await? {
            return Err(SignInError::Refused);
        }
        sql::set_staff_password(tx, staff, stored, now).await?;
        sql::forget_failures(tx.conn(), hash).await?;
        let tenant = tx.tenant();
        credential::revoke_sessions(tx.conn(), Some(tenant), staff.uuid(), now).await?;
        audit::journal(tx, now, &events::PasswordChanged { staff: staff.to_string() }).await?;
        Ok::<_, SignInError>(())
    })
    .await
}

async fn check_change(db: &Db, known: &Known, claim: &Claim, new: &Password, now: Instant) -> Result<(), SignInError> {
    let verdict = if new.reveal() == claim.password.reveal() {
        Err(SignInError::Unchanged)
    } else if known.seen.one_time_until.is_some_and(|until| until <= now) {
        Err(SignInError::OneTimeExpired)
    } else {
        let tenant = known.seen.tenant_name.as_deref().unwrap_or_default();
        new.check(&[&claim.login_id, tenant]).map_err(SignInError::from)
    };
    if verdict.is_err() {
        // the old password was right, so this was no failure
        sql::settle(db, &known.hash, true).await?;
    }
    verdict
}

/// Judges a claim. Every claim that is judged at all costs one attempt, one hash and one further transaction.
async fn prove(db: &Db, vault: &Vault, plane: Plane, claim: &Claim, now: Instant) -> Result<Known, SignInError> {
    let hash = login_hash(&vault.pepper, plane, &claim.login_id);
    let seen = sql::attempt(db, &hash, now).await?;
    if seen.attempt == 0 {
        return Err(rules::wait(seen.failures, seen.last_at, now));
    }
    let ours = seen.kind.as_deref() == Some(plane.kind());
    let lane = seen.tenant.filter(|_| ours).map_or(Lane::HOUSE, Lane::tenant);
    let stored = seen.hash.as_deref().filter(|_| ours);
    let verdict = match vault.passwords.compare(lane, &claim.password, stored).await {
        Ok(verdict) => verdict,
        Err(Busy) => {
            sql::settle(db, &hash, false).await?;
            return Err(SignInError::Busy);
        }
    };
    if !verdict.right || seen.disabled {
        note_failure(db, plane, &hash, &seen, claim, now).await?;
        return Err(SignInError::Refused);
    }
    Ok(Known { hash, seen, lane, outdated: verdict.outdated })
}

/// A refusal rolls back, so the failure is told in a transaction of its own.
async fn note_failure(
    db: &Db,
    plane: Plane,
    hash: &[u8],
    seen: &Seen,
    claim: &Claim,
    now: Instant,
) -> Result<(), Fault> {
    let event = events::SignInFailed::of(plane, hash, seen);
    match seen.tenant {
        Some(tenant) => {
            let scope = Scope::assume(tenant, Service::Core, Actor::System, claim.request_id);
            db.tenant(&scope, async |tx: &mut TenantTx| audit::failed(tx, now, &event).await).await
        }
        None => {
            let scope = OperatorScope::assume(Actor::System, claim.request_id);
            db.operator(&scope, async |tx: &mut OperatorTx| audit::failed(tx, now, &event).await).await
        }
    }
}

fn may_start(known: &Known, now: Instant) -> Result<(), SignInError> {
    rules::in_period(known.seen.starts_on, known.seen.ends_on, now)?;
    match known.seen.one_time_until {
        Some(until) if until <= now => Err(SignInError::OneTimeExpired),
        Some(_) => Err(SignInError::ChangeRequired),
        None => Ok(()),
    }
}

fn scope(known: &Known, claim: &Claim) -> Option<Scope> {
    let staff = Actor::Staff(Id::from_uuid(known.seen.principal));
    Some(Scope::assume(known.seen.tenant?, Service::Core, staff, claim.request_id))
}

/// The password as it is stored today, when it is stored as in older days.
async fn renew(vault: &Vault, known: &Known, claim: &Claim) -> Option<String> {
    if !known.outdated {
        return None;
    }
    // it can wait for the next sign-in
    vault.passwords.keep(known.lane, &claim.password).await.ok()
}

/// A password that somebody else will hand over, ready to be issued: made outside of any transaction, because hashing waits.
pub struct OneTime {
    pub password: Password,
    pub(crate) stored: String,
}

/// Makes a one-time password.
///
/// # Errors
/// [`SignInError::Busy`].
pub async fn one_time(vault: &Vault, lane: Lane) -> Result<OneTime, SignInError> {
    let password = password::Password::one_time();
    let stored = vault.passwords.keep(lane, &password).await?;
    Ok(OneTime { password, stored })
}

/// Forgets claims that were last repeated before `since`; returns how many. For the worker, once a day.
///
/// # Errors
/// A [`Fault`].
pub async fn forget_claims(db: &Db, since: Instant) -> Result<i64, Fault> {
    sql::forget_claims(db, since).await
}

/// Forgets sessions that ended before `since`; returns how many. For the worker, once a day.
///
/// # Errors
/// A [`Fault`].
pub async fn forget_sessions(db: &Db, since: Instant) -> Result<i64, Fault> {
    sql::forget_sessions(db, since).await
}
