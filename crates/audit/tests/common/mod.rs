//! A database of one's own with the twins in it, and words for telling, sealing and tampering.
#![allow(dead_code, reason = "each test binary uses its part")]

use audit::{Event, Signer, Subject};
use db::Db;
use diesel::{QueryableByName, sql_query, sql_types::BigInt};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use kernel::{Actor, Instant, RequestId, Scope, Service, SigningSeed, ids::TenantId};
use testkit::TestDb;
use time::macros::datetime;

pub const NOW: Instant = datetime!(2026-11-22 12:00:00 UTC);

/// A journal database with two tenants that write alike.
pub struct House {
    pub db: Db,
    pub tenant: TenantId,
    pub neighbour: TenantId,
    test: TestDb,
}

pub fn signer() -> Signer {
    Signer::new(&SigningSeed::new([5; 32]))
}

pub fn scope(tenant: TenantId) -> Scope {
    Scope::assume(tenant, Service::Ticket, Actor::System, RequestId::random())
}

impl House {
    pub async fn new() -> Self {
        let test = TestDb::new().await;
        let (tenant, neighbour) = (test.twins.first.tenant, test.twins.second.tenant);
        Self { db: test.db.clone(), tenant, neighbour, test }
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
        TestDb::execute(&self.test, sql).await;
    }

    /// Tries a statement as a role inside a tenant, and says what PostgreSQL answered.
    pub async fn try_as(&self, role: &str, sql: &str) -> Result<(), String> {
        let mut conn = AsyncPgConnection::establish(&self.test.admin_url()).await.unwrap();
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
        let mut conn = AsyncPgConnection::establish(&self.test.admin_url()).await.unwrap();
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
