//! A real PostgreSQL with a database of its own per test, cloned from a migrated template.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::sync::{
    OnceLock,
    atomic::{AtomicU32, Ordering},
};

use audit::{Event, Signer, Subject};
use db::{
    Db, PoolConfig,
    embedded::{Embedded, EmbeddedConfig},
};
use diesel::{QueryableByName, sql_query, sql_types::BigInt};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use kernel::{Actor, Instant, RequestId, Scope, Service, SigningSeed, ids::TenantId};
use time::macros::datetime;
use uuid::Uuid;

static CLUSTER: OnceLock<Embedded> = OnceLock::new();
static TEMPLATE: tokio::sync::OnceCell<()> = tokio::sync::OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(1);

pub const NOW: Instant = datetime!(2026-11-22 12:00:00 UTC);

/// A journal database with two tenants that write alike.
pub struct House {
    pub db: Db,
    pub admin_url: String,
    pub tenant: TenantId,
    pub neighbour: TenantId,
}

pub fn signer() -> Signer {
    Signer::new(&SigningSeed::new([5; 32]))
}

pub fn scope(tenant: TenantId) -> Scope {
    Scope::assume(tenant, Service::Ticket, Actor::System, RequestId::random())
}

fn cluster() -> &'static Embedded {
    CLUSTER.get_or_init(|| {
        forget_the_dead();
        let data_dir = std::env::temp_dir().join(format!("itsudemo-audit-{}", std::process::id()));
        Embedded::start(&EmbeddedConfig { data_dir, fast: true, ..EmbeddedConfig::default() }).unwrap()
    })
}

/// Clusters of earlier runs: the static one above outlives every test, so nobody else removes them.
fn forget_the_dead() {
    for entry in std::fs::read_dir(std::env::temp_dir()).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(pid) = name.strip_prefix("itsudemo-audit-")
            && !std::path::Path::new("/proc").join(pid).exists()
        {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

impl House {
    pub async fn new() -> Self {
        let cluster = tokio::task::spawn_blocking(cluster).await.unwrap();
        let root = cluster.admin_url();
        let mut conn = AsyncPgConnection::establish(&cluster.admin_url()).await.unwrap();
        TEMPLATE
            .get_or_init(async || {
                let mut conn = AsyncPgConnection::establish(&cluster.admin_url()).await.unwrap();
                conn.batch_execute("CREATE DATABASE audit_template").await.unwrap();
                db::migrate::up(&root.replace("/postgres?", "/audit_template?")).await.unwrap();
            })
            .await;
        let name = format!("audit_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        conn.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE audit_template")).await.unwrap();
        let db = Db::connect(&PoolConfig::new(cluster.url_for("itsudemo_app", &name))).await.unwrap();
        let admin_url = root.replace("/postgres?", &format!("/{name}?"));
        let tenant = TenantId::from_uuid(Uuid::now_v7());
        let neighbour = TenantId::from_uuid(Uuid::now_v7());
        Self { db, admin_url, tenant, neighbour }
    }

    /// Tells `n` facts, one transaction.
    pub async fn tell(&self, tenant: TenantId, n: u64) {
        let facts: Vec<Told> = (1..=n).map(|number| Told { number }).collect();
        self.db.tenant(&scope(tenant), async |tx| audit::journal_many(tx, NOW, &facts).await).await.unwrap();
    }

    pub async fn seal(&self, tenant: TenantId, signing: audit::sealer::Signing, now: Instant) -> audit::sealer::Sealed {
        let signer = signer();
        self.db.sealer(&scope(tenant), async |tx| audit::sealer::seal(tx, &signer, signing, now).await).await.unwrap()
    }

    /// Does anything at all, as the superuser.
    pub async fn as_superuser(&self, sql: &str) {
        let mut conn = AsyncPgConnection::establish(&self.admin_url).await.unwrap();
        conn.batch_execute(sql).await.unwrap();
    }

    /// Tries a statement as a role inside a tenant, and says what PostgreSQL answered.
    pub async fn try_as(&self, role: &str, sql: &str) -> Result<(), String> {
        let mut conn = AsyncPgConnection::establish(&self.admin_url).await.unwrap();
        let batch = format!(
            "BEGIN; SET LOCAL ROLE {role}; SET LOCAL app.tenant_id = '{}'; {sql}; ROLLBACK",
            self.tenant.uuid()
        );
        conn.batch_execute(&batch).await.map_err(|error| error.to_string())
    }

    pub async fn count(&self, sql: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Count {
            #[diesel(sql_type = BigInt)]
            n: i64,
        }
        let mut conn = AsyncPgConnection::establish(&self.admin_url).await.unwrap();
        sql_query(sql).get_result::<Count>(&mut conn).await.unwrap().n
    }
}

#[derive(serde::Serialize)]
pub struct Told {
    pub number: u64,
}

impl Event for Told {
    const NAME: &'static str = "ticket.story.told";

    fn subject(&self) -> Subject {
        Subject::new("story", self.number)
    }
}
