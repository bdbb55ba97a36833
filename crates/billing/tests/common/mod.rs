//! The twins' money, in a database of one's own.
#![allow(dead_code, reason = "each test binary uses its part")]

use billing::{Bill, BillDraft, LineDraft, Subject, bill, ledger, payment};
use db::{Db, Fault};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use kernel::{
    Actor, Instant, RequestId, Scope, Service, Yen,
    ids::{BillId, TenantId},
};
use tariff::{Rounding, TaxRate};
use testkit::TestDb;
use time::macros::datetime;
use uuid::Uuid;

pub const NOW: Instant = datetime!(2026-11-22 12:00:00 UTC);

/// A database with the twins.
pub struct House {
    pub db: Db,
    pub tenant: TenantId,
    pub neighbour: TenantId,
    test: TestDb,
}

pub fn scope(tenant: TenantId) -> Scope {
    Scope::assume(tenant, Service::Ticket, Actor::System, RequestId::random())
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
        Self::on(TestDb::new().await)
    }

    /// With so many connections.
    pub async fn with_pool(size: u32) -> Self {
        Self::on(TestDb::with_pool(size).await)
    }

    fn on(test: TestDb) -> Self {
        let (tenant, neighbour) = (test.twins.first.tenant, test.twins.second.tenant);
        Self { db: test.db.clone(), tenant, neighbour, test }
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

    /// Does what no role of ours may do.
    pub async fn behind_the_walls(&self, sql: &str) {
        self.test.execute(sql).await;
    }

    /// Tries a statement as a role inside the tenant, and says what PostgreSQL answered.
    pub async fn try_as(&self, role: &str, sql: &str) -> Result<(), String> {
        let mut conn = AsyncPgConnection::establish(&self.test.admin_url()).await.unwrap();
        let tenant = self.tenant.uuid();
        let batch = format!("BEGIN; SET LOCAL ROLE {role}; SET LOCAL app.tenant_id = '{tenant}'; {sql}; ROLLBACK");
        conn.batch_execute(&batch).await.map_err(|error| error.to_string())
    }
}
