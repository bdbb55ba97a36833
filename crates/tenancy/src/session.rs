//! Sessions: opened by a sign-in, ended by their owner, by time, or with the account.

mod events;
mod sql;

use db::{Fault, OperatorTx, TenantTx};
use kernel::{
    Actor, Instant, Pepper, Refusal, Refuse,
    ids::{OperatorId, PatronId, SessionId, StaffId, TenantId},
};
use time::Duration;
use uuid::Uuid;

use crate::{
    credential::{self, NewCredential},
    problems,
    token::{Token, TokenKind},
};

/// How long a session lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// Without being used.
    pub idle: Duration,
    /// At all.
    pub absolute: Duration,
}

/// Staff: half an hour unused, twelve hours at all.
pub const STAFF: Lifetime = Lifetime { idle: Duration::minutes(30), absolute: Duration::hours(12) };
/// Patrons: an hour unused, a day at all.
pub const PATRON: Lifetime = Lifetime { idle: Duration::hours(1), absolute: Duration::hours(24) };
/// Operators: a quarter of an hour unused, eight hours at all.
pub const OPERATOR: Lifetime = Lifetime { idle: Duration::minutes(15), absolute: Duration::hours(8) };

/// A session that has just been opened; the only moment its token is known.
#[derive(Debug, Clone)]
pub struct Opened {
    pub id: SessionId,
    pub token: Token,
    pub expires_at: Instant,
    /// Whose it is.
    pub actor: Actor,
    pub tenant: Option<TenantId>,
}

/// A session in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub hint: String,
    pub created_at: Instant,
    pub expires_at: Instant,
    pub last_used_at: Option<Instant>,
}

/// Why a session was not ended.
#[derive(Debug, thiserror::Error)]
pub enum EndSessionError {
    #[error("there is no such session")]
    Absent,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for EndSessionError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

struct Terms {
    kind: &'static str,
    token: TokenKind,
    lifetime: Lifetime,
}

fn draft(
    pepper: &Pepper,
    terms: &Terms,
    actor: Actor,
    principal: Uuid,
    tenant: Option<TenantId>,
    now: Instant,
) -> (NewCredential, Opened) {
    let (id, token) = (SessionId::new(now), Token::random(terms.token));
    let expires_at = now + terms.lifetime.absolute;
    let row = NewCredential {
        hash: token.hash(pepper),
        tenant,
        id: id.uuid(),
        kind: terms.kind,
        principal,
        name: None,
        hint: token.hint(),
        scopes: vec![],
        origins: vec![],
        created_by: None,
        expires_at: Some(expires_at),
        idle_seconds: i32::try_from(terms.lifetime.idle.whole_seconds()).ok(),
    };
    (row, Opened { id, token, expires_at, actor, tenant })
}

pub(crate) async fn open_staff(
    tx: &mut TenantTx,
    pepper: &Pepper,
    staff: StaffId,
    now: Instant,
) -> Result<Opened, Fault> {
    let terms = Terms { kind: "staff", token: TokenKind::StaffSession, lifetime: STAFF };
    let (row, opened) = draft(pepper, &terms, Actor::Staff(staff), staff.uuid(), Some(tx.tenant()), now);
    credential::insert(tx.conn(), row, now).await?;
    audit::journal(tx, now, &events::SessionOpened { session: opened.id }).await?;
    Ok(opened)
}

pub(crate) async fn open_operator(
    tx: &mut OperatorTx,
    pepper: &Pepper,
    operator: OperatorId,
    now: Instant,
) -> Result<Opened, Fault> {
    let terms = Terms { kind: "operator", token: TokenKind::OperatorSession, lifetime: OPERATOR };
    let (row, opened) = draft(pepper, &terms, Actor::Operator(operator), operator.uuid(), None, now);
    credential::insert(tx.conn(), row, now).await?;
    audit::journal(tx, now, &events::SessionOpened { session: opened.id }).await?;
    Ok(opened)
}

/// Opens a session for a patron who has proved who they are.
///
/// # Errors
/// A [`Fault`].
pub async fn open_patron(tx: &mut TenantTx, pepper: &Pepper, patron: PatronId, now: Instant) -> Result<Opened, Fault> {
    let terms = Terms { kind: "patron", token: TokenKind::PatronSession, lifetime: PATRON };
    let (row, opened) = draft(pepper, &terms, Actor::Patron(patron), patron.uuid(), Some(tx.tenant()), now);
    credential::insert(tx.conn(), row, now).await?;
    audit::journal(tx, now, &events::SessionOpened { session: opened.id }).await?;
    Ok(opened)
}

/// The open sessions of one principal (a staff or patron id), newest first.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, principal: Uuid, now: Instant) -> Result<Vec<Session>, Fault> {
    sql::list(tx, principal, now).await
}

/// Ends one session of a principal: signing out, or signing out elsewhere.
///
/// # Errors
/// [`EndSessionError`].
pub async fn end(tx: &mut TenantTx, principal: Uuid, id: SessionId, now: Instant) -> Result<(), EndSessionError> {
    if !sql::end(tx, principal, id, now).await? {
        return Err(EndSessionError::Absent);
    }
    audit::journal(tx, now, &events::SessionEnded { session: id }).await?;
    Ok(())
}

/// Ends every session of a principal; returns how many were open.
///
/// # Errors
/// A [`Fault`].
pub async fn end_all(tx: &mut TenantTx, principal: Uuid, now: Instant) -> Result<u64, Fault> {
    let tenant = tx.tenant();
    credential::revoke_sessions(tx.conn(), Some(tenant), principal, now).await
}

/// Ends the session of an operator.
///
/// # Errors
/// [`EndSessionError`].
pub async fn end_operator(tx: &mut OperatorTx, id: SessionId, now: Instant) -> Result<(), EndSessionError> {
    if !sql::end_operator(tx, id, now).await? {
        return Err(EndSessionError::Absent);
    }
    audit::journal(tx, now, &events::SessionEnded { session: id }).await?;
    Ok(())
}
