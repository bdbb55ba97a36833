//! What every operation works with: the database, the clock, the keys, the limits. And the one way of doing a thing once.

use std::{collections::BTreeSet, sync::Arc};

use contract::{ApiError, Reply};
use custody::keyring::Keyring;
use db::{
    Db, Fault, TenantTx,
    door::Work,
    idempotency::{self, Ask, Claim, Stored},
};
use kernel::{Clock, Pepper, Service, ids::TenantId};
use poem::{Request, http::StatusCode};
use sha2::{Digest, Sha256};
use tenancy::{Permit, Vault, hasher::Hasher, password::Passwords};

use crate::{
    body::Content,
    caller::{May, Operates},
    limits::Limits,
    pages::Pages,
    params::IdempotencyKey,
    problems,
};

/// Shared by all operations; cloning is cheap.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

pub struct Inner {
    pub db: Db,
    pub clock: Clock,
    pub keyring: Keyring,
    pub pepper: Pepper,
    /// Keeps and compares passwords, a few at a time.
    pub passwords: Passwords,
    pub limits: Limits,
    /// Keys of pages that were met a moment ago.
    pub pages: Pages,
    /// The services this process answers for.
    pub services: BTreeSet<Service>,
    /// Whether the sandbox provider, which moves no money, is open to tenants that do real business.
    pub sandbox_payments: bool,
    /// Keys the cursors of lists, so that nobody makes up their own.
    pub cursor_key: [u8; 32],
    /// Whether this process still takes new work; `/readyz` asks.
    pub taking: Arc<dyn Fn() -> bool + Send + Sync>,
}

impl std::ops::Deref for Desk {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// The password hasher of a process: its threads start here.
///
/// # Errors
/// When the system refuses a thread.
pub fn passwords(keyring: &Keyring) -> std::io::Result<Passwords> {
    Ok(Passwords::new(Hasher::start()?, keyring.password_pepper_id(), keyring.password_pepper().clone()))
}

/// What a commit promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Survives a crash.
    Durably,
    /// A crash may lose it as a whole: for holds.
    Loosely,
}

impl Desk {
    pub fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// The desk of the process that serves this request.
    ///
    /// # Errors
    /// An internal error when the application was put together without one.
    pub fn of(request: &Request) -> Result<&Self, poem::Error> {
        request.data::<Self>().ok_or_else(|| ApiError::from(Fault::Unexpected("a request has a desk")).into())
    }

    /// Does a thing once, however often it is asked with the same key: in one transaction with the memory of having done it.
    ///
    /// # Errors
    /// What `work` refuses with, and the rules of idempotency: `idempotency_key_reused`, `idempotency_in_progress`.
    pub async fn once<P, A, F>(
        &self,
        caller: &May<P>,
        key: Option<&IdempotencyKey>,
        content: &impl Content,
        keep: Keep,
        work: F,
    ) -> Result<A, ApiError>
    where
        P: Permit,
        A: Into<Reply> + From<Reply> + Send,
        F: for<'r> AsyncFn(&'r mut TenantTx) -> Result<A, ApiError>
            + for<'r> Work<&'r mut TenantTx, Result<A, ApiError>, Fut: Send>
            + Send
            + Sync,
    {
        self.once_in(caller.scope().service(), caller, key, content, keep, work).await
    }

    /// As [`Desk::once`], in another service than that of the permission: for work that belongs to both, such as paying a
    /// bill, which settles what the bill is for.
    ///
    /// # Errors
    /// As [`Desk::once`].
    pub async fn once_in<P, A, F>(
        &self,
        service: Service,
        caller: &May<P>,
        key: Option<&IdempotencyKey>,
        content: &impl Content,
        keep: Keep,
        work: F,
    ) -> Result<A, ApiError>
    where
        P: Permit,
        A: Into<Reply> + From<Reply> + Send,
        F: for<'r> AsyncFn(&'r mut TenantTx) -> Result<A, ApiError>
            + for<'r> Work<&'r mut TenantTx, Result<A, ApiError>, Fut: Send>
            + Send
            + Sync,
    {
        let ask = key.map(|key| ask(caller.repetition_scope(), caller.request(), key, content.canonical()));
        let (scope, now) = (caller.scope().in_service(service), caller.now());
        let request_id = caller.request_id().to_string();
        let (ask, request_id, work) = (ask.as_ref(), &request_id, &work);
        let step = async |tx: &mut TenantTx| recalled(tx, ask, request_id, now, work).await;
        let reply = match keep {
            Keep::Durably => self.db.tenant(&scope, step).await,
            Keep::Loosely => self.db.tenant_relaxed(&scope, step).await,
        };
        reply.map(A::from)
    }

    /// As [`Desk::once`], by an operator inside a tenant; inside the house's own (`audit::PLATFORM`) for what has none yet.
    ///
    /// # Errors
    /// As [`Desk::once`].
    pub async fn once_operating<P, A, F>(
        &self,
        caller: &Operates<P>,
        tenant: TenantId,
        key: Option<&IdempotencyKey>,
        content: &impl Content,
        work: F,
    ) -> Result<A, ApiError>
    where
        P: Permit,
        A: Into<Reply> + From<Reply> + Send,
        F: for<'r> AsyncFn(&'r mut TenantTx) -> Result<A, ApiError>
            + for<'r> Work<&'r mut TenantTx, Result<A, ApiError>, Fut: Send>
            + Send
            + Sync,
    {
        let ask = key.map(|key| ask(caller.repetition_scope(), caller.request(), key, content.canonical()));
        let (scope, now) = (caller.scope(), caller.now());
        let request_id = scope.request_id().to_string();
        let (ask, request_id, work) = (ask.as_ref(), &request_id, &work);
        let step = async |tx: &mut TenantTx| recalled(tx, ask, request_id, now, work).await;
        let reply = self.db.operator_within(&scope, tenant, step).await;
        self.pages.forget();
        reply.map(A::from)
    }

    /// What identity works with.
    pub fn vault(&self) -> Vault {
        Vault { pepper: self.pepper.clone(), passwords: self.passwords.clone() }
    }
}

/// The work, unless its key tells that it was done.
async fn recalled<A, F>(
    tx: &mut TenantTx,
    ask: Option<&Ask>,
    request_id: &str,
    now: kernel::Instant,
    work: &F,
) -> Result<Reply, ApiError>
where
    A: Into<Reply> + Send,
    F: for<'r> AsyncFn(&'r mut TenantTx) -> Result<A, ApiError>
        + for<'r> Work<&'r mut TenantTx, Result<A, ApiError>, Fut: Send>
        + Send
        + Sync,
{
    let Some(ask) = ask else { return work(tx).await.map(Into::into) };
    match idempotency::claim(tx, ask).await? {
        Claim::Fresh => {
            let reply: Reply = work(tx).await?.into();
            remember(tx, ask, &reply, request_id, now).await?;
            Ok(reply)
        }
        Claim::Replay(stored) => Ok(replay(stored)),
        Claim::Reused => Err(ApiError::of(problems::KEY_REUSED.refuse())),
        Claim::InFlight => Err(ApiError::of(problems::KEY_IN_FLIGHT.refuse().retry_after(1))),
    }
}

fn ask(scope: String, request: &str, key: &IdempotencyKey, content: &str) -> Ask {
    let mut digest = Sha256::new();
    digest.update(request.as_bytes());
    digest.update([0]);
    digest.update(content.as_bytes());
    Ask { scope, key: key.0.clone(), fingerprint: digest.finalize().to_vec() }
}

async fn remember(
    tx: &mut TenantTx,
    ask: &Ask,
    reply: &Reply,
    request_id: &str,
    now: kernel::Instant,
) -> Result<(), ApiError> {
    let stored = Stored {
        status: i16::try_from(reply.status.as_u16()).unwrap_or(200),
        location: reply.location.clone(),
        etag: reply.etag.clone(),
        body: reply.body.clone(),
        request_id: request_id.to_owned(),
    };
    match idempotency::remember(tx, ask, &stored, now).await {
        Ok(()) => Ok(()),
        // a twin committed between our look and our note; its outcome counts
        Err(fault) if fault.violates("idempotency_keys_pkey") => {
            Err(ApiError::of(problems::KEY_IN_FLIGHT.refuse().retry_after(1)))
        }
        Err(fault) => Err(fault.into()),
    }
}

fn replay(stored: Stored) -> Reply {
    Reply {
        status: u16::try_from(stored.status).ok().and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or_default(),
        location: stored.location,
        etag: stored.etag,
        body: stored.body,
        replay_of: Some(stored.request_id),
    }
}
