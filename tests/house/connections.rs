//! A connection carries nothing over from one transaction to the next, however the one before it ended (T-05).

use std::time::Duration;

use db::{Fault, TenantTx};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{BigInt, Nullable, Text},
};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use kernel::Service;
use testkit::TestDb;
use tokio::time::timeout;

#[derive(QueryableByName)]
struct Wearing {
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Nullable<Text>)]
    tenant: Option<String>,
    #[diesel(sql_type = BigInt)]
    left: i64,
}

/// What every connection of the pool of two wears when nobody uses it.
async fn nothing_is_left(test: &TestDb, how: &str) {
    let look = async || {
        let sql = "SELECT current_user::text AS role, current_setting('app.tenant_id', true) AS tenant, \
                   (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory') AS left, pg_sleep(0.005)";
        test.db.lobby(async |conn| sql_query(sql).get_result::<Wearing>(conn).await).await.unwrap()
    };
    let (one, other) = tokio::join!(look(), look());
    for wearing in [one, other] {
        assert_eq!(wearing.role, "itsudemo_app", "{how}");
        assert!(wearing.tenant.is_none_or(|tenant| tenant.is_empty()), "{how}");
        assert_eq!(wearing.left, 0, "{how}");
    }
}

/// Something that takes a while, in the middle of which anything may happen.
async fn work(tx: &mut TenantTx) -> Result<(), Fault> {
    let steps = "SELECT pg_advisory_xact_lock(1); UPDATE ticket.halls SET name = name; SELECT pg_sleep(0.004)";
    tx.conn().batch_execute(steps).await?;
    Ok(tx.conn().batch_execute("SELECT pg_sleep(0.002)").await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_cancelled_at_any_moment_leaves_nothing_behind() {
    let test = TestDb::with_pool(2).await;
    let scope = test.scope(Service::Ticket);
    for after in (0..40).map(|n| Duration::from_micros(n * 250)) {
        let cancelled = async || timeout(after, test.db.tenant(&scope, work)).await.is_err();
        let _ = tokio::join!(cancelled(), cancelled());
        nothing_is_left(&test, &format!("cancelled after {after:?}")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_panics_is_refused_or_asks_nonsense_leaves_nothing_behind() {
    let test = TestDb::with_pool(2).await;
    let scope = test.scope(Service::Ticket);
    for _ in 0..4 {
        let db = test.db.clone();
        let panics = tokio::spawn(async move {
            db.tenant(&scope, async |tx: &mut TenantTx| -> Result<(), Fault> {
                work(tx).await?;
                panic!("as a defect would");
            })
            .await
        });
        assert!(panics.await.unwrap_err().is_panic());
        nothing_is_left(&test, "after a panic").await;
        let nonsense = async |tx: &mut TenantTx| -> Result<(), Fault> {
            work(tx).await?;
            Ok(tx.conn().batch_execute("SELECT 1 / 0").await?)
        };
        assert!(test.db.tenant(&scope, nonsense).await.is_err());
        nothing_is_left(&test, "after an error").await;
        let late = "SET LOCAL statement_timeout = 5; SELECT pg_sleep(1)";
        let late = async |tx: &mut TenantTx| -> Result<(), Fault> { Ok(tx.conn().batch_execute(late).await?) };
        assert!(test.db.tenant(&scope, late).await.is_err());
        nothing_is_left(&test, "after a timeout").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_cancelled_request_the_neighbour_sees_its_own_and_can_work() {
    let test = TestDb::with_pool(1).await;
    let halls = |tenant: uuid::Uuid, count: i32| {
        format!(
            "INSERT INTO ticket.halls (tenant_id, id, name, created_at, updated_at) \
             SELECT '{tenant}', gen_random_uuid(), 'ホール' || n, now(), now() FROM generate_series(1, {count}) AS n"
        )
    };
    TestDb::execute(&test, &halls(test.twins.first.tenant.uuid(), 5)).await;
    TestDb::execute(&test, &halls(test.twins.second.tenant.uuid(), 2)).await;
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    for after in (0..20).map(|n| Duration::from_micros(n * 500)) {
        let _ = timeout(after, test.db.tenant(&test.scope(Service::Ticket), work)).await;
        let count = async |tx: &mut TenantTx| -> Result<Count, Fault> {
            Ok(sql_query("SELECT count(*) AS n FROM ticket.halls").get_result(tx.conn()).await?)
        };
        let seen = test.db.tenant(&test.neighbour(Service::Ticket), count).await.unwrap();
        assert_eq!(seen.n, 2, "cancelled after {after:?}");
    }
}
