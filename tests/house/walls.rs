//! What row level security holds against, tried as SQL by the very roles that serve requests (T-04, T-20).

use diesel::{QueryableByName, sql_query, sql_types::BigInt};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use testkit::TestDb;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// A connection of the application role, in the middle of a transaction of this service and, maybe, tenant.
async fn inside(test: &TestDb, role: &str, tenant: Option<&str>) -> AsyncPgConnection {
    let mut conn = AsyncPgConnection::establish(&test.url("itsudemo_app")).await.unwrap();
    conn.batch_execute(&format!("BEGIN; SET LOCAL ROLE {role}")).await.unwrap();
    if let Some(tenant) = tenant {
        conn.batch_execute(&format!("SET LOCAL app.tenant_id = '{tenant}'")).await.unwrap();
    }
    conn
}

async fn count(conn: &mut AsyncPgConnection, table: &str) -> i64 {
    let rows: Vec<Count> = sql_query(format!("SELECT count(*) AS n FROM {table}")).load(conn).await.unwrap();
    rows[0].n
}

/// Both twins have a hall.
async fn halls() -> (TestDb, String, String) {
    let test = TestDb::new().await;
    let (a, b) = (test.twins.first.tenant.uuid().to_string(), test.twins.second.tenant.uuid().to_string());
    for tenant in [&a, &b] {
        TestDb::execute(
            &test,
            &format!(
                "INSERT INTO ticket.halls (tenant_id, id, name, created_at, updated_at) \
             SELECT '{tenant}', gen_random_uuid(), 'ホール' || n, now(), now() FROM generate_series(1, 5) AS n"
            ),
        )
        .await;
    }
    (test, a, b)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_sees_its_own_tenant_and_without_one_nothing() {
    let (test, a, b) = halls().await;
    for (tenant, expected) in [(Some(a.as_str()), 5), (Some(b.as_str()), 5), (None, 0), (Some(""), 0)] {
        let mut conn = inside(&test, "svc_ticket", tenant).await;
        assert_eq!(count(&mut conn, "ticket.halls").await, expected, "{tenant:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_transaction_the_connection_remembers_no_tenant() {
    let (test, a, _) = halls().await;
    let mut conn = inside(&test, "svc_ticket", Some(&a)).await;
    conn.batch_execute("COMMIT; BEGIN; SET LOCAL ROLE svc_ticket").await.unwrap();
    assert_eq!(count(&mut conn, "ticket.halls").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_a_service_can_say_reaches_the_neighbour() {
    let (test, a, b) = halls().await;
    let refused = [
        format!(
            "INSERT INTO ticket.halls (tenant_id, id, name, created_at, updated_at) VALUES ('{b}', gen_random_uuid(), 'x', now(), now())"
        ),
        format!("UPDATE ticket.halls SET tenant_id = '{b}'"),
        format!(
            "INSERT INTO ticket.seating_plans (tenant_id, id, hall_id, name, created_at, updated_at) SELECT '{a}', gen_random_uuid(), '{b}', 'x', now(), now()"
        ),
        "TRUNCATE ticket.halls".to_owned(),
        "SET LOCAL row_security = off; SELECT count(*) FROM ticket.halls".to_owned(),
        "COPY ticket.halls TO PROGRAM 'cat'".to_owned(),
        "ALTER TABLE ticket.halls DISABLE ROW LEVEL SECURITY".to_owned(),
        "DROP POLICY tenant ON ticket.halls".to_owned(),
        "CREATE TABLE ticket.mine (x int)".to_owned(),
        "SET ROLE itsudemo_owner".to_owned(),
        "SET SESSION AUTHORIZATION itsudemo".to_owned(),
        "SELECT hash FROM tenancy.credentials".to_owned(),
        "SELECT hash FROM tenancy.staff_passwords".to_owned(),
        "SELECT * FROM audit.log".to_owned(),
        "UPDATE audit.outbox SET event = 'x'".to_owned(),
        "DELETE FROM audit.outbox".to_owned(),
        "DELETE FROM tenancy.idempotency_keys".to_owned(),
        "DELETE FROM ticket.seats".to_owned(),
        "SELECT * FROM patron.answers".to_owned(),
        "SELECT pg_read_file('/etc/passwd')".to_owned(),
    ];
    for sql in refused {
        let mut conn = inside(&test, "svc_ticket", Some(&a)).await;
        let outcome = conn.batch_execute(&sql).await;
        assert!(outcome.is_err(), "went through: {sql}");
    }
    let mut conn = inside(&test, "svc_ticket", Some(&a)).await;
    for sql in [
        format!("UPDATE ticket.halls SET name = 'x' WHERE tenant_id = '{b}'"),
        format!("UPDATE ticket.halls SET name = 'x' WHERE id IN (SELECT id FROM ticket.halls WHERE tenant_id = '{b}')"),
    ] {
        let changed = sql_query(&sql).execute(&mut conn).await.unwrap();
        assert_eq!(changed, 0, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_made_for_one_tenant_serves_no_other() {
    let (test, a, b) = halls().await;
    let mut conn = inside(&test, "svc_ticket", Some(&a)).await;
    conn.batch_execute("PREPARE peep AS SELECT count(*) AS n FROM ticket.halls WHERE name = 'ホール1'").await.unwrap();
    for _ in 0..6 {
        conn.batch_execute("EXECUTE peep").await.unwrap();
    }
    conn.batch_execute(&format!("COMMIT; BEGIN; SET LOCAL ROLE svc_ticket; SET LOCAL app.tenant_id = '{b}'"))
        .await
        .unwrap();
    conn.batch_execute("UPDATE ticket.halls SET name = 'renamed' WHERE name = 'ホール1'").await.unwrap();
    let rows: Vec<Count> =
        sql_query("SELECT count(*) AS n FROM ticket.halls WHERE name = 'ホール1'").load(&mut conn).await.unwrap();
    assert_eq!(rows[0].n, 0);
    conn.batch_execute(&format!("SET LOCAL app.tenant_id = '{a}'")).await.unwrap();
    let rows: Vec<Count> =
        sql_query("SELECT count(*) AS n FROM ticket.halls WHERE name = 'ホール1'").load(&mut conn).await.unwrap();
    assert_eq!(rows[0].n, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_may_not_enter_another_services_tables() {
    let test = TestDb::new().await;
    let a = test.twins.first.tenant.uuid().to_string();
    for role in ["svc_venue", "svc_course", "svc_core"] {
        let mut conn = inside(&test, role, Some(&a)).await;
        assert!(conn.batch_execute("SELECT * FROM ticket.halls").await.is_err(), "{role} reads the ticket office");
    }
    // the pool's own user, outside of any service, can read nothing at all
    let mut bare = AsyncPgConnection::establish(&test.url("itsudemo_app")).await.unwrap();
    for table in
        ["ticket.halls", "tenancy.tenants", "tenancy.credentials", "patron.patrons", "billing.bills", "audit.log"]
    {
        assert!(bare.batch_execute(&format!("SELECT * FROM {table}")).await.is_err(), "the bare role reads {table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unique_value_of_the_neighbour_is_not_in_the_way() {
    let (test, a, b) = halls().await;
    let mut conn = inside(&test, "svc_ticket", Some(&a)).await;
    let id = "01936000-0000-7000-8000-0000000000ff";
    for tenant in [&a, &b] {
        conn.batch_execute(&format!("SET LOCAL app.tenant_id = '{tenant}'")).await.unwrap();
        conn.batch_execute(&format!(
            "INSERT INTO ticket.halls (id, name, created_at, updated_at) VALUES ('{id}', 'same', now(), now())"
        ))
        .await
        .unwrap();
    }
}
