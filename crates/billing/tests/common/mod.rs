//! A real PostgreSQL with a database of its own per test, cloned from a migrated template.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use billing::{Bill, BillDraft, LineDraft, Subject, bill, ledger, payment};
use db::{
    Db, Fault, PoolConfig,
    embedded::{Embedded, EmbeddedConfig},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use kernel::{
    Actor, Instant, RequestId, Scope, Service, Yen,
    ids::{BillId, TenantId},
};
use tariff::{Rounding, TaxRate};
use time::macros::datetime;
use uuid::Uuid;

static CLUSTER: OnceLock<Embedded> = OnceLock::new();
static TEMPLATE: tokio::sync::OnceCell<()> = tokio::sync::OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(1);

pub const NOW: Instant = datetime!(2026-11-22 12:00:00 UTC);

/// A database with two tenants.
pub struct House {
    pub db: Db,
    pub admin_url: String,
    pub tenant: TenantId,
    pub neighbour: TenantId,
}

pub fn scope(tenant: TenantId) -> Scope {
    Scope::assume(tenant, Service::Ticket, Actor::System, RequestId::random())
}

fn cluster() -> &'static Embedded {
    CLUSTER.get_or_init(|| {
        forget_the_dead();
        let data_dir = std::env::temp_dir().join(format!("itsudemo-billing-{}", std::process::id()));
        Embedded::start(&EmbeddedConfig { data_dir, fast: true, ..EmbeddedConfig::default() }).unwrap()
    })
}

/// Clusters of earlier runs: the static one above outlives every test, so nobody else removes them.
fn forget_the_dead() {
    for entry in std::fs::read_dir(std::env::temp_dir()).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(pid) = name.strip_prefix("itsudemo-billing-")
            && !std::path::Path::new("/proc").join(pid).exists()
        {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// What an order of two tickets and a fee bills: 11,220 yen.
pub fn draft() -> BillDraft {
    let mut fee = LineDraft::listed("システム利用料", 1, Yen(220), TaxRate::Standard, "fee:system");
    fee.kind = tariff::LineKind::Fee;
    BillDraft {
        subject: Subject::new("ticket.order", Uuid::now_v7()),
        payer: None,
        channel: "web".into(),
        rounding: Rounding::Down,
        lines: vec![LineDraft::listed("S席 一般", 2, Yen(5_500), TaxRate::Standard, "prl_1"), fee],
        due_at: None,
    }
}

impl House {
    pub async fn new() -> Self {
        let cluster = tokio::task::spawn_blocking(cluster).await.unwrap();
        let root = cluster.admin_url();
        let mut conn = AsyncPgConnection::establish(&root).await.unwrap();
        TEMPLATE
            .get_or_init(async || {
                let mut conn = AsyncPgConnection::establish(&cluster.admin_url()).await.unwrap();
                conn.batch_execute("CREATE DATABASE billing_template").await.unwrap();
                db::migrate::up(&cluster.admin_url().replace("/itsudemo?", "/billing_template?")).await.unwrap();
            })
            .await;
        let name = format!("billing_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        conn.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE billing_template")).await.unwrap();
        let mut config = PoolConfig::new(cluster.url_for("itsudemo_app", &name));
        config.wait = Duration::from_secs(60);
        let db = Db::connect(&config).await.unwrap();
        let admin_url = root.replace("/itsudemo?", &format!("/{name}?"));
        let tenant = TenantId::from_uuid(Uuid::now_v7());
        let neighbour = TenantId::from_uuid(Uuid::now_v7());
        Self { db, admin_url, tenant, neighbour }
    }

    pub fn scope(&self) -> Scope {
        scope(self.tenant)
    }

    pub async fn open(&self, draft: &BillDraft) -> Bill {
        self.db.tenant(&self.scope(), async |tx| bill::open(tx, draft, NOW).await).await.unwrap()
    }

    pub async fn bill(&self, id: BillId) -> Bill {
        self.db.read(&self.scope(), async |tx| bill::find(tx, id).await).await.unwrap().unwrap()
    }

    pub async fn payments(&self, id: BillId) -> Vec<payment::Payment> {
        self.db.read(&self.scope(), async |tx| payment::of_bill(tx, id).await).await.unwrap()
    }

    pub async fn totals(&self, id: BillId) -> ledger::Totals {
        self.db.read(&self.scope(), async |tx| ledger::totals(tx, id).await).await.unwrap()
    }

    /// Every bill tells the same as its lines, its payments and the ledger.
    pub async fn proves(&self) {
        let (all, wrong) = self
            .db
            .read(&self.scope(), async |tx| {
                Ok::<_, Fault>((ledger::totals_of_all(tx).await?, ledger::disagreeing(tx).await?))
            })
            .await
            .unwrap();
        assert!(wrong.is_empty(), "{wrong:?}");
        assert!(all.balanced(), "{all:?}");
    }

    /// Tries a statement as a role inside the tenant, and says what PostgreSQL answered.
    pub async fn try_as(&self, role: &str, sql: &str) -> Result<(), String> {
        let mut conn = AsyncPgConnection::establish(&self.admin_url).await.unwrap();
        let tenant = self.tenant.uuid();
        let batch = format!("BEGIN; SET LOCAL ROLE {role}; SET LOCAL app.tenant_id = '{tenant}'; {sql}; ROLLBACK");
        conn.batch_execute(&batch).await.map_err(|error| error.to_string())
    }
}
