//! API keys: what a contractor's server, page or gate shows. A key is shown once; afterwards only its hash is here.

mod events;
mod rules;
mod sql;

use db::{Fault, TenantTx};
use kernel::{Instant, Page, PageAsk, Pepper, Refusal, Refuse, ids::ApiKeyId};
use time::Duration;

pub use rules::{Kind, scopes_by_default};

use crate::{
    credential::{self, NewCredential},
    permission::{Permission, PermissionSet},
    problems,
    token::Token,
};

/// Days a secret key lives unless said otherwise.
pub const EXPIRES_AFTER: Duration = Duration::days(365);
/// The longest time an old key may go on beside its successor.
pub const LONGEST_OVERLAP: Duration = Duration::days(30);

/// A key to be.
#[derive(Debug, Clone)]
pub struct KeyDraft {
    pub kind: Kind,
    pub name: String,
    pub scopes: Vec<Permission>,
    /// For publishable keys, and only for them.
    pub origins: Vec<String>,
    /// Absent: a secret key lives 365 days, others until they are revoked.
    pub expires_at: Option<Instant>,
}

/// A key as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub id: ApiKeyId,
    pub kind: Kind,
    pub name: String,
    /// The first characters of the key.
    pub hint: String,
    pub scopes: Vec<Permission>,
    pub origins: Vec<String>,
    pub created_at: Instant,
    /// Who made it, as the journal names actors.
    pub created_by: Option<String>,
    pub expires_at: Option<Instant>,
    /// To the minute.
    pub last_used_at: Option<Instant>,
    pub revoked_at: Option<Instant>,
    pub replaced_by: Option<ApiKeyId>,
}

/// A new key with its token; the only moment it is known.
#[derive(Debug, Clone)]
pub struct Shown {
    pub key: Key,
    pub token: Token,
}

/// Why a key was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("there is no such key")]
    Absent,
    #[error("{} can never be given to such a key", .0.code())]
    ScopeBeyondAudience(Permission),
    #[error("the caller does not have {} and cannot give it away", .0.code())]
    ScopeBeyondOwn(Permission),
    #[error("a publishable key needs the origins of its pages")]
    OriginsMissing,
    #[error("only publishable keys know origins")]
    OriginsUnexpected,
    #[error("{0} is no origin")]
    NotAnOrigin(String),
    #[error("the key would expire in the past")]
    ExpiresInPast,
    #[error("the key is revoked, expired or replaced already")]
    Over,
    #[error("an overlap is at most 30 days")]
    OverlapTooLong,
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refuse for KeyError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::Absent => problems::ABSENT.refuse(),
            Self::ScopeBeyondAudience(scope) => problems::KEY_SCOPE_BEYOND_KIND.refuse().fact("scope", scope.code()),
            Self::ScopeBeyondOwn(scope) => problems::KEY_SCOPE_BEYOND_OWN.refuse().fact("scope", scope.code()),
            Self::OriginsMissing => problems::KEY_ORIGINS_MISSING.refuse(),
            Self::OriginsUnexpected => problems::KEY_ORIGINS_UNEXPECTED.refuse(),
            Self::NotAnOrigin(text) => problems::KEY_ORIGIN_INVALID.refuse().fact("origin", text.as_str()),
            Self::ExpiresInPast => problems::KEY_EXPIRES_IN_PAST.refuse(),
            Self::Over => problems::KEY_OVER.refuse(),
            Self::OverlapTooLong => problems::KEY_OVERLAP.refuse(),
            Self::Fault(fault) => fault.refusal(),
        }
    }
}

/// Makes a key for the tenant of this transaction. `live` says whether that is a real tenant or a sandbox; `own` is what the
/// maker may do, because a key that could do more would be a way around roles.
///
/// # Errors
/// [`KeyError`].
pub async fn create(
    tx: &mut TenantTx,
    pepper: &Pepper,
    live: bool,
    own: PermissionSet,
    draft: &KeyDraft,
    now: Instant,
) -> Result<Shown, KeyError> {
    rules::check(draft, own, now)?;
    let key = Key {
        id: ApiKeyId::new(now),
        kind: draft.kind,
        name: draft.name.clone(),
        hint: String::new(),
        scopes: draft.scopes.clone(),
        origins: draft.origins.clone(),
        created_at: now,
        created_by: tx.scope().actor().id(),
        expires_at: rules::expiry(draft, now),
        last_used_at: None,
        revoked_at: None,
        replaced_by: None,
    };
    let shown = put(tx, pepper, live, key, now).await?;
    audit::journal(tx, now, &events::KeyCreated::of(&shown.key)).await?;
    Ok(shown)
}

/// Makes a successor with the same rights. The old key goes on for `overlap`, then ends by itself.
///
/// # Errors
/// [`KeyError`]; of two rotations at once, the second meets [`KeyError::Over`].
pub async fn rotate(
    tx: &mut TenantTx,
    pepper: &Pepper,
    live: bool,
    id: ApiKeyId,
    overlap: Duration,
    now: Instant,
) -> Result<Shown, KeyError> {
    if overlap > LONGEST_OVERLAP {
        return Err(KeyError::OverlapTooLong);
    }
    let old = view(tx, id).await?;
    let ends_at = now + overlap;
    let key = rules::successor(&old, tx.scope().actor().id(), now);
    if !sql::replace(tx, id, key.id, ends_at, now).await? {
        return Err(KeyError::Over);
    }
    let shown = put(tx, pepper, live, key, now).await?;
    audit::journal(tx, now, &events::KeyRotated { key: id, successor: shown.key.id }).await?;
    Ok(shown)
}

async fn put(tx: &mut TenantTx, pepper: &Pepper, live: bool, key: Key, now: Instant) -> Result<Shown, Fault> {
    let token = Token::random(key.kind.token(live));
    let key = Key { hint: token.hint(), ..key };
    let row = NewCredential {
        hash: token.hash(pepper),
        tenant: Some(tx.tenant()),
        id: key.id.uuid(),
        kind: key.kind.as_str(),
        principal: key.id.uuid(),
        name: Some(key.name.clone()),
        hint: key.hint.clone(),
        scopes: key.scopes.iter().map(|scope| scope.code().to_owned()).collect(),
        origins: key.origins.clone(),
        created_by: key.created_by.clone(),
        expires_at: key.expires_at,
        idle_seconds: None,
    };
    credential::insert(tx.conn(), row, now).await?;
    Ok(Shown { key, token })
}

/// Ends a key at once. A key that is over stays as it is.
///
/// # Errors
/// [`KeyError::Absent`].
pub async fn revoke(tx: &mut TenantTx, id: ApiKeyId, now: Instant) -> Result<Key, KeyError> {
    let before = view(tx, id).await?;
    if before.revoked_at.is_some() {
        return Ok(before);
    }
    sql::revoke(tx, id, now).await?;
    audit::journal(tx, now, &events::KeyRevoked { key: id }).await?;
    view(tx, id).await
}

/// One key.
///
/// # Errors
/// [`KeyError::Absent`].
pub async fn view(tx: &mut TenantTx, id: ApiKeyId) -> Result<Key, KeyError> {
    sql::find(tx, id).await?.ok_or(KeyError::Absent)
}

/// The tenant's keys, those that are over included, in the order in which they were made.
///
/// # Errors
/// A [`Fault`].
pub async fn list(tx: &mut TenantTx, ask: &PageAsk) -> Result<Page<Key>, Fault> {
    let rows = sql::list(tx, ask).await?;
    Ok(Page::from_rows(rows, ask, |key| key.id.uuid()))
}
