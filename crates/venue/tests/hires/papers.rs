//! What was told, published or permitted is never rewritten, not even by the service that wrote it.

use diesel::sql_query;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use time::macros::datetime;

use crate::{
    permits::{granted, paid},
    stage::Stage,
};

/// What this role gets to hear for a statement in a transaction of the house.
async fn said(stage: &Stage, role: &str, sql: &str) -> Result<usize, String> {
    let tenant = stage.test.twins.first.tenant.uuid();
    let mut conn = AsyncPgConnection::establish(&stage.test.url("itsudemo_app")).await.unwrap();
    let begin = format!("BEGIN; SET LOCAL ROLE {role}; SET LOCAL app.tenant_id = '{tenant}'");
    conn.batch_execute(&begin).await.unwrap();
    sql_query(sql).execute(&mut conn).await.map_err(|error| error.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_rewrites_a_quote_a_permit_or_a_tariff_and_the_service_only_ends_them() {
    let stage = Stage::open(1).await;
    let now = datetime!(2026-12-01 10:00 +9);
    let id = granted(&stage, 20, now).await;
    paid(&stage, id, now).await;
    for role in ["svc_venue", "svc_core", "svc_ticket", "svc_course"] {
        for sql in [
            "UPDATE venue.hire_quotes SET total = 0",
            "UPDATE venue.hire_quotes SET lines = '[]', tax = '{}'",
            "UPDATE venue.hire_quotes SET ask = '{}', inputs_hash = ''",
            "UPDATE venue.hire_quotes SET expires_at = now()",
            "DELETE FROM venue.hire_quotes",
            "UPDATE venue.permits SET content = '{}', content_hash = ''",
            "UPDATE venue.permits SET number = 99, revision = 99",
            "UPDATE venue.permits SET code = 'x', issued_at = now()",
            "DELETE FROM venue.permits",
            "UPDATE venue.tariff_versions SET document = '{}', document_hash = ''",
            "UPDATE venue.tariff_versions SET effective_from = '2020-04-01'",
            "DELETE FROM venue.tariff_versions",
        ] {
            let refused = said(&stage, role, sql).await.unwrap_err();
            assert!(refused.contains("permission denied"), "{role}: {sql}: {refused}");
        }
    }
    // the rows are there: to end them is all that is allowed
    for sql in
        ["UPDATE venue.permits SET revoked_at = now()", "UPDATE venue.tariff_versions SET effective_until = NULL"]
    {
        assert_eq!(said(&stage, "svc_venue", sql).await, Ok(1), "{sql}");
    }
}
