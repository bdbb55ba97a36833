//! What every operation works with: the database, the clock, the keys, the limits. And the one way of doing a thing once.

use std::{collections::BTreeSet, marker::PhantomData, pin::Pin, sync::Arc};

use contract::{ApiError, Reply};
use custody::keyring::{Keyring, TenantKeys};
use db::{
    Db, Fault, Remark, TenantTx,
    door::Work,
    idempotency::{self, Ask, Claim, Stored},
};
use kernel::{Clock, Instant, Pepper, RequestId, Scope, Service, ids::TenantId};
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
    venue::otherwise::Searches,
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
    /// Who looks for other rooms and times at a moment.
    pub searches: Searches,
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

/// What the verbs of patrons are lent of the keys of a tenant.
pub const fn lent(keys: &TenantKeys) -> patron::Keys<'_> {
    patron::Keys { seal: &keys.seal, index: &keys.index }
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
        let once = self.once_with(ask, caller.tenant())?;
        let call = Call { once, request_id: caller.request_id(), now: caller.now() };
        self.recalled(&caller.scope().in_service(service), &call, keep, &Answering::new(work)).await.map(A::from)
    }

    async fn recalled(&self, scope: &Scope, call: &Call, keep: Keep, work: &dyn Answers) -> Result<Reply, ApiError> {
        let step = async |tx: &mut TenantTx| recalled(tx, call, work).await;
        match keep {
            Keep::Durably => self.db.tenant(scope, step).await,
            Keep::Loosely => self.db.tenant_relaxed(scope, step).await,
        }
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
        let scope = caller.scope();
        let call = Call { once: self.once_with(ask, tenant)?, request_id: scope.request_id(), now: caller.now() };
        let (call, work) = (&call, &Answering::new(work));
        let step = async |tx: &mut TenantTx| recalled(tx, call, work).await;
        let reply = self.db.operator_within(&scope, tenant, step).await;
        self.pages.forget();
        reply.map(A::from)
    }

    /// With what the answer to an ask is remembered; nothing is where there is none.
    fn once_with(&self, ask: Option<Ask>, tenant: TenantId) -> Result<Option<(Ask, TenantKeys)>, Fault> {
        ask.map(|ask| Ok((ask, self.keys_of(tenant)?))).transpose()
    }

    /// The keys of a tenant, or those of the house, which are made when they are first needed.
    fn keys_of(&self, tenant: TenantId) -> Result<TenantKeys, Fault> {
        let keys =
            if tenant == audit::PLATFORM { self.keyring.create_tenant(tenant) } else { self.keyring.tenant(tenant) };
        Ok(keys?)
    }

    /// What somebody wrote in their own words, as a tenant keeps it.
    ///
    /// # Errors
    /// A fault when the tenant has no keys.
    pub fn remark(&self, tenant: TenantId, text: &str) -> Result<Remark, Fault> {
        Ok(Remark::new(text, &self.keyring.tenant(tenant)?.seal))
    }

    /// What identity works with.
    pub fn vault(&self) -> Vault {
        Vault { pepper: self.pepper.clone(), passwords: self.passwords.clone() }
    }
}

/// A request.
struct Call {
    /// How it is told apart from others and what its answer is sealed with, where it is to be done once.
    once: Option<(Ask, TenantKeys)>,
    request_id: RequestId,
    now: Instant,
}

/// Work that answers, with its types forgotten: what surrounds it is compiled once, and not again for every operation.
trait Answers: Send + Sync {
    fn answer<'r>(&'r self, tx: &'r mut TenantTx)
    -> Pin<Box<dyn Future<Output = Result<Reply, ApiError>> + Send + 'r>>;
}

struct Answering<A, F>(F, PhantomData<fn() -> A>);

impl<A, F> Answering<A, F> {
    const fn new(work: F) -> Self {
        Self(work, PhantomData)
    }
}

impl<A, F> Answers for Answering<A, F>
where
    A: Into<Reply> + Send,
    F: for<'r> AsyncFn(&'r mut TenantTx) -> Result<A, ApiError>
        + for<'r> Work<&'r mut TenantTx, Result<A, ApiError>, Fut: Send>
        + Send
        + Sync,
{
    fn answer<'r>(
        &'r self,
        tx: &'r mut TenantTx,
    ) -> Pin<Box<dyn Future<Output = Result<Reply, ApiError>> + Send + 'r>> {
        Box::pin(async move { (self.0)(tx).await.map(Into::into) })
    }
}

/// The work, unless its key tells that it was done.
async fn recalled(tx: &mut TenantTx, call: &Call, work: &dyn Answers) -> Result<Reply, ApiError> {
    let Some((ask, keys)) = &call.once else { return work.answer(tx).await };
    match idempotency::claim(tx, ask, &keys.seal).await? {
        Claim::Fresh => {
            let reply = work.answer(tx).await?;
            remember(tx, (ask, keys), call, &reply).await?;
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
    (ask, keys): (&Ask, &TenantKeys),
    call: &Call,
    reply: &Reply,
) -> Result<(), ApiError> {
    let stored = Stored {
        status: i16::try_from(reply.status.as_u16()).unwrap_or(200),
        location: reply.location.clone(),
        etag: reply.etag.clone(),
        body: reply.body.clone(),
        request_id: call.request_id.to_string(),
    };
    match idempotency::remember(tx, ask, &stored, &keys.seal, call.now).await {
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
