//! A real PostgreSQL with a database of its own per test, cloned from a migrated template, and a tenant in it.
#![allow(dead_code, reason = "each test binary uses its part")]

use std::sync::{
    OnceLock,
    atomic::{AtomicU32, Ordering},
};

use db::{
    Db, Fault, PoolConfig,
    embedded::{Embedded, EmbeddedConfig},
};
use diesel::{QueryableByName, sql_query, sql_types::BigInt};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use kernel::{
    Actor, Instant, OperatorScope, Pepper, RequestId, Scope, Service,
    ids::{OperatorId, TenantId},
};
use tenancy::{
    Vault,
    contract::{self, ContractDraft},
    hasher::Hasher,
    password::{Lane, Password, Passwords},
    role::Post,
    roster, sign_in,
    sign_in::Claim,
    staff::{self, Issued},
    subscription,
    tenant::{self, Request, TenantDraft},
};
use time::macros::{date, datetime};

static CLUSTER: OnceLock<Embedded> = OnceLock::new();
static TEMPLATE: tokio::sync::OnceCell<()> = tokio::sync::OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(1);

pub const NOW: Instant = datetime!(2026-11-22 12:00:00 UTC);

/// A database with one tenant that has subscribed to tickets.
pub struct House {
    pub db: Db,
    pub vault: Vault,
    pub tenant: TenantId,
    pub operator: OperatorScope,
    pub admin_url: String,
}

fn cluster() -> &'static Embedded {
    CLUSTER.get_or_init(|| {
        forget_the_dead();
        let data_dir = std::env::temp_dir().join(format!("itsudemo-tenancy-{}", std::process::id()));
        Embedded::start(&EmbeddedConfig { data_dir, fast: true, ..EmbeddedConfig::default() }).unwrap()
    })
}

/// Clusters of earlier runs: the static one above outlives every test, so nobody else removes them.
fn forget_the_dead() {
    for entry in std::fs::read_dir(std::env::temp_dir()).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(pid) = name.strip_prefix("itsudemo-tenancy-")
            && !std::path::Path::new("/proc").join(pid).exists()
        {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

pub fn post(text: &str) -> Post {
    let (service, role) = text.split_once(':').unwrap();
    Post { service: service.parse().unwrap(), role: role.parse().unwrap() }
}

impl House {
    pub async fn new() -> Self {
        let cluster = tokio::task::spawn_blocking(cluster).await.unwrap();
        let root = cluster.admin_url();
        let mut conn = AsyncPgConnection::establish(&root).await.unwrap();
        TEMPLATE
            .get_or_init(async || {
                let mut conn = AsyncPgConnection::establish(&root).await.unwrap();
                conn.batch_execute("CREATE DATABASE tenancy_template").await.unwrap();
                db::migrate::up(&cluster.url_for("itsudemo", "tenancy_template")).await.unwrap();
            })
            .await;
        let name = format!("tenancy_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        conn.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE tenancy_template")).await.unwrap();
        let db = Db::connect(&PoolConfig::new(cluster.url_for("itsudemo_app", &name))).await.unwrap();
        let passwords = Passwords::new(Hasher::with_threads(1).unwrap(), "p1", Pepper::new([2; 32]));
        let house = Self {
            db,
            vault: Vault { pepper: Pepper::new([1; 32]), passwords },
            tenant: TenantId::new(NOW),
            operator: OperatorScope::assume(Actor::Operator(OperatorId::new(NOW)), RequestId::random()),
            admin_url: cluster.url_for("itsudemo", &name),
        };
        house.settle().await;
        house
    }

    async fn settle(&self) {
        let draft = TenantDraft {
            name: "中央文化会館".to_owned(),
            request: Request {
                requested_by: "総務課".to_owned(),
                received_at: NOW,
                document_ref: "契-1".to_owned(),
                explained_at: NOW,
            },
        };
        let terms = ContractDraft {
            starts_on: date!(2026 - 04 - 01),
            ends_on: date!(2027 - 03 - 31),
            retention_days: contract::RETENTION_DAYS,
            backup_days: contract::BACKUP_DAYS,
            flags: vec![],
            document_ref: "契-1".to_owned(),
        };
        let (id, draft, terms) = (self.tenant, &draft, &terms);
        self.db
            .operator_within(&self.operator, audit::PLATFORM, async |tx| tenant::register(tx, id, draft, NOW).await)
            .await
            .unwrap();
        self.db.operator_within(&self.operator, id, async |tx| contract::record(tx, terms, NOW).await).await.unwrap();
        self.db
            .operator_within(&self.operator, id, async |tx| {
                subscription::subscribe(tx, Service::Ticket, date!(2026 - 04 - 01), date!(2027 - 03 - 31), NOW).await
            })
            .await
            .unwrap();
    }

    pub fn scope(&self, actor: Actor) -> Scope {
        Scope::assume(self.tenant, Service::Core, actor, RequestId::random())
    }

    pub async fn issue(&self, posts: &[Post]) -> Issued {
        let one_time = sign_in::one_time(&self.vault, Lane::tenant(self.tenant)).await.unwrap();
        let (pepper, one_time) = (&self.vault.pepper, &one_time);
        self.db
            .operator_within(&self.operator, self.tenant, async |tx| {
                let member = roster::add(tx, "鈴木", None, NOW).await.map_err(|_| Fault::Unexpected("added"))?;
                staff::issue(tx, pepper, member.id, posts, one_time, NOW).await
            })
            .await
            .unwrap()
    }

    /// A member of staff who has chosen a password.
    pub async fn member(&self, posts: &[Post], password: &str) -> Issued {
        let issued = self.issue(posts).await;
        let claim = claim(&issued.staff.login_id, issued.one_time_password.reveal());
        sign_in::change_staff_password(&self.db, &self.vault, &claim, &Password::new(password), NOW).await.unwrap();
        issued
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

    /// Tries a statement as a role inside the tenant, and says what PostgreSQL answered.
    pub async fn try_as(&self, role: &str, sql: &str) -> Result<(), String> {
        let mut conn = AsyncPgConnection::establish(&self.admin_url).await.unwrap();
        let batch = format!(
            "BEGIN; SET LOCAL ROLE {role}; SET LOCAL app.tenant_id = '{}'; {sql}; ROLLBACK",
            self.tenant.uuid()
        );
        conn.batch_execute(&batch).await.map_err(|error| error.to_string())
    }
}

pub fn claim(login_id: &str, password: &str) -> Claim {
    Claim { login_id: login_id.to_owned(), password: Password::new(password), request_id: RequestId::random() }
}
