//! The doors: a scope goes in, a transaction comes out, and it is committed or rolled back before the door closes.

mod step;

use std::time::Duration;

use diesel_async::{
    AnsiTransactionManager, AsyncPgConnection, SimpleAsyncConnection, TransactionManager,
    pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod, bb8::Pool},
};
use kernel::{OperatorScope, Outcome, Scope, ids::TenantId};

use crate::Fault;

pub use step::Work;
use step::{Kept, Rehearsal, Step, Verdict};

type Pooled = bb8::PooledConnection<'static, AsyncDieselConnectionManager<AsyncPgConnection>>;

/// How the pool behaves.
#[derive(Debug, Clone)]
pub struct PoolConfig {
    pub url: String,
    /// Connections at most.
    pub size: u32,
    /// How long a request waits for a connection before it is told that we are busy.
    pub wait: Duration,
}

impl PoolConfig {
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), size: 12, wait: Duration::from_millis(800) }
    }
}

/// The database, seen from the domains: doors, no connections.
#[derive(Clone)]
pub struct Db {
    pool: Pool<AsyncPgConnection>,
}

/// A transaction inside one tenant and one service.
pub struct TenantTx {
    conn: Pooled,
    scope: Scope,
}

impl TenantTx {
    /// For `sql.rs` only.
    pub fn conn(&mut self) -> &mut AsyncPgConnection {
        &mut self.conn
    }

    pub const fn tenant(&self) -> TenantId {
        self.scope.tenant()
    }

    pub const fn scope(&self) -> &Scope {
        &self.scope
    }
}

/// A transaction across tenants, of an operator.
pub struct OperatorTx {
    conn: Pooled,
    scope: OperatorScope,
}

impl OperatorTx {
    /// For `sql.rs` only.
    pub fn conn(&mut self) -> &mut AsyncPgConnection {
        &mut self.conn
    }

    pub const fn scope(&self) -> &OperatorScope {
        &self.scope
    }
}

/// What a transaction promises when it has committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Promise {
    /// It survives a crash.
    Durable,
    /// A crash may lose it, together with everything it did: for holds.
    Relaxed,
    /// It changed nothing.
    ReadOnly,
}

impl Promise {
    const fn begin(self) -> &'static str {
        match self {
            Self::Durable => "BEGIN",
            Self::Relaxed => "BEGIN; SET LOCAL synchronous_commit = off",
            Self::ReadOnly => "BEGIN READ ONLY",
        }
    }
}

const ATTEMPTS: u32 = 3;

impl Db {
    /// Makes the pool and proves with one connection that the server is there.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] when no connection can be made, with the reason in the log.
    pub async fn connect(config: &PoolConfig) -> Result<Self, Fault> {
        let mut manager = ManagerConfig::<AsyncPgConnection>::default();
        manager.recycling_method = RecyclingMethod::Fast;
        let manager = AsyncDieselConnectionManager::new_with_config(config.url.clone(), manager);
        let pool = Pool::builder()
            .max_size(config.size)
            .min_idle(Some(1))
            .connection_timeout(config.wait)
            .test_on_check_out(false)
            .build(manager)
            .await
            .map_err(|error| {
                tracing::error!(%error, "cannot connect to PostgreSQL");
                Fault::Unavailable
            })?;
        Ok(Self { pool })
    }

    /// Runs `work` in one durable transaction inside the scope's tenant and service: all of it or none.
    ///
    /// The closure may run again after a serialization failure or a deadlock, or where it was overtaken, so it has no effect outside `tx`.
    ///
    /// # Errors
    /// What `work` refused with (everything is rolled back), or a [`Fault`].
    pub async fn tenant<F, T, E>(&self, scope: &Scope, work: F) -> Result<T, E>
    where
        F: for<'r> AsyncFn(&'r mut TenantTx) -> Result<T, E>
            + for<'r> Work<&'r mut TenantTx, Result<T, E>, Fut: Send>
            + Send
            + Sync,
        E: From<Fault> + Outcome + Send,
        T: Send,
    {
        let step = Kept::new(work);
        let ended = self.inside(Promise::Durable.begin(), scope.service().role(), scope, ATTEMPTS, &step).await;
        step.told(ended)
    }

    /// As [`Db::tenant`], but a crash may lose the whole transaction although it was committed. Only for holds.
    ///
    /// # Errors
    /// As [`Db::tenant`].
    pub async fn tenant_relaxed<F, T, E>(&self, scope: &Scope, work: F) -> Result<T, E>
    where
        F: for<'r> AsyncFn(&'r mut TenantTx) -> Result<T, E>
            + for<'r> Work<&'r mut TenantTx, Result<T, E>, Fut: Send>
            + Send
            + Sync,
        E: From<Fault> + Outcome + Send,
        T: Send,
    {
        let step = Kept::new(work);
        let ended = self.inside(Promise::Relaxed.begin(), scope.service().role(), scope, ATTEMPTS, &step).await;
        step.told(ended)
    }

    /// As [`Db::tenant`], but PostgreSQL refuses every change.
    ///
    /// # Errors
    /// As [`Db::tenant`].
    pub async fn read<F, T, E>(&self, scope: &Scope, work: F) -> Result<T, E>
    where
        F: for<'r> AsyncFn(&'r mut TenantTx) -> Result<T, E>
            + for<'r> Work<&'r mut TenantTx, Result<T, E>, Fut: Send>
            + Send
            + Sync,
        E: From<Fault> + Outcome + Send,
        T: Send,
    {
        let step = Kept::new(work);
        let ended = self.inside(Promise::ReadOnly.begin(), scope.service().role(), scope, ATTEMPTS, &step).await;
        step.told(ended)
    }

    /// Runs `work` as [`Db::tenant`] would, to see what comes of it, and undoes all of it.
    ///
    /// # Errors
    /// What `work` refused with, or a [`Fault`].
    pub async fn rehearse<F, T, E>(&self, scope: &Scope, work: F) -> Result<T, E>
    where
        F: for<'r> AsyncFn(&'r mut TenantTx) -> Result<T, E>
            + for<'r> Work<&'r mut TenantTx, Result<T, E>, Fut: Send>
            + Send
            + Sync,
        E: From<Fault> + Outcome + Send,
        T: Send,
    {
        let step = Kept::new(work);
        let role = scope.service().role();
        let ended = self.inside(Promise::Relaxed.begin(), role, scope, ATTEMPTS, &Rehearsal(&step)).await;
        step.told(ended)
    }

    /// The one way into a tenant: as this role, begun so, run at most so many times.
    async fn inside(
        &self,
        begin: &str,
        role: &str,
        scope: &Scope,
        attempts: u32,
        step: &dyn Step,
    ) -> Result<(), Fault> {
        let mut attempt = 1;
        loop {
            let mut tx = self.enter(begin, role, scope).await?;
            let (busy, ended) = match step.run(&mut tx).await {
                Verdict::Done => {
                    let kept = keep(&mut tx.conn).await;
                    (kept.as_ref().is_err_and(Fault::is_busy), kept)
                }
                Verdict::Refused { busy } => {
                    undo(&mut tx.conn).await;
                    (busy, Ok(()))
                }
            };
            if !busy || attempt == attempts {
                return ended;
            }
            attempt += 1;
        }
    }

    async fn enter(&self, begin: &str, role: &str, scope: &Scope) -> Result<TenantTx, Fault> {
        let tenant = scope.tenant().uuid();
        let conn = self.begin(&format!("{begin}; SET LOCAL ROLE {role}; SET LOCAL app.tenant_id = '{tenant}'")).await?;
        Ok(TenantTx { conn, scope: *scope })
    }

    /// Runs `work` in one durable transaction of an operator. No tenant is set: tenant tables show nothing.
    ///
    /// # Errors
    /// What `work` refused with (everything is rolled back), or a [`Fault`].
    pub async fn operator<F, T, E>(&self, scope: &OperatorScope, work: F) -> Result<T, E>
    where
        F: for<'r> AsyncFn(&'r mut OperatorTx) -> Result<T, E>
            + for<'r> Work<&'r mut OperatorTx, Result<T, E>, Fut: Send>
            + Send
            + Sync,
        E: From<Fault> + Outcome + Send,
        T: Send,
    {
        let conn = self.begin("BEGIN; SET LOCAL ROLE svc_operator").await?;
        let mut tx = OperatorTx { conn, scope: *scope };
        match work(&mut tx).await {
            Ok(value) => {
                keep(&mut tx.conn).await?;
                Ok(value)
            }
            Err(error) => {
                undo(&mut tx.conn).await;
                Err(error)
            }
        }
    }

    /// Runs `work` as an operator inside one tenant, for provisioning it: role `svc_operator`, the tenant set.
    ///
    /// # Errors
    /// What `work` refused with (everything is rolled back), or a [`Fault`].
    pub async fn operator_within<F, T, E>(&self, scope: &OperatorScope, tenant: TenantId, work: F) -> Result<T, E>
    where
        F: for<'r> AsyncFn(&'r mut TenantTx) -> Result<T, E>
            + for<'r> Work<&'r mut TenantTx, Result<T, E>, Fut: Send>
            + Send
            + Sync,
        E: From<Fault> + Outcome + Send,
        T: Send,
    {
        let (step, scope) = (Kept::new(work), scope.within(tenant));
        let ended = self.inside(Promise::Durable.begin(), "svc_operator", &scope, 1, &step).await;
        step.told(ended)
    }

    /// Runs `work` inside one tenant as the journal's sealer, the only role that may touch sealed rows.
    ///
    /// # Errors
    /// What `work` refused with (everything is rolled back), or a [`Fault`].
    pub async fn sealer<F, T, E>(&self, scope: &Scope, work: F) -> Result<T, E>
    where
        F: for<'r> AsyncFn(&'r mut TenantTx) -> Result<T, E>
            + for<'r> Work<&'r mut TenantTx, Result<T, E>, Fut: Send>
            + Send
            + Sync,
        E: From<Fault> + Outcome + Send,
        T: Send,
    {
        let step = Kept::new(work);
        let ended = self.inside(Promise::Durable.begin(), "svc_sealer", scope, 1, &step).await;
        step.told(ended)
    }

    /// Runs one reading statement outside of any tenant, as the bare application role, which can read next to nothing:
    /// for resolving credentials and for asking which tenants have work.
    ///
    /// # Errors
    /// A [`Fault`].
    pub async fn lobby<F, T>(&self, work: F) -> Result<T, Fault>
    where
        F: for<'r> AsyncFn(&'r mut AsyncPgConnection) -> Result<T, diesel::result::Error>
            + for<'r> Work<&'r mut AsyncPgConnection, Result<T, diesel::result::Error>, Fut: Send>
            + Send
            + Sync,
        T: Send,
    {
        let mut conn = self.checkout().await?;
        match work(&mut conn).await.map_err(Fault::from) {
            // killed while idle: nothing has happened yet, a fresh connection may do
            Err(Fault::Unavailable) => {
                drop(conn);
                let mut conn = self.checkout().await?;
                work(&mut conn).await.map_err(Fault::from)
            }
            outcome => outcome,
        }
    }

    async fn checkout(&self) -> Result<Pooled, Fault> {
        self.pool.get_owned().await.map_err(|error| {
            tracing::warn!(%error, "no database connection");
            Fault::Unavailable
        })
    }

    /// A connection with an open transaction. A connection that died while idle is replaced once.
    async fn begin(&self, sql: &str) -> Result<Pooled, Fault> {
        let mut conn = self.checkout().await?;
        if AnsiTransactionManager::begin_transaction_sql(&mut *conn, sql).await.is_ok() {
            return Ok(conn);
        }
        // the bad connection must not be handed out again; closing it is cheap beside a failed request
        let _ = conn.batch_execute("ROLLBACK").await;
        drop(conn);
        let mut conn = self.checkout().await?;
        AnsiTransactionManager::begin_transaction_sql(&mut *conn, sql).await.map_err(|error| {
            tracing::error!(%error, "cannot begin a transaction");
            Fault::Unavailable
        })?;
        Ok(conn)
    }
}

/// Commits. An end that nobody heard of is told as such.
async fn keep(conn: &mut Pooled) -> Result<(), Fault> {
    AnsiTransactionManager::commit_transaction(&mut **conn).await.map_err(|error| {
        tracing::error!(%error, "commit failed");
        match Fault::from(error) {
            Fault::Unavailable => Fault::OutcomeUnknown(diesel::result::Error::BrokenTransactionManager),
            Fault::Broken(source) => Fault::OutcomeUnknown(source),
            fault => fault,
        }
    })
}

async fn undo(conn: &mut Pooled) {
    if let Err(error) = AnsiTransactionManager::rollback_transaction(&mut **conn).await {
        tracing::warn!(%error, "rollback failed; the connection is dropped");
    }
}

/// Whether the server answers at all.
///
/// # Errors
/// diesel's, when it does not.
pub async fn answers(conn: &mut AsyncPgConnection) -> Result<(), diesel::result::Error> {
    conn.batch_execute("SELECT 1").await
}
