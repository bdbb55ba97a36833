//! What the journal says.

use diesel::{QueryableByName, sql_query, sql_types::Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use tests::TestApp;

/// The events of the first twin, sealed or not.
pub async fn of(app: &TestApp) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        event: String,
    }
    let mut conn = AsyncPgConnection::establish(&app.test.admin_url()).await.unwrap();
    let tenant = app.test.twins.first.tenant.uuid();
    let of = |table: &str| format!("SELECT event FROM audit.{table} WHERE tenant_id = '{tenant}'");
    let rows = sql_query(format!("{} UNION ALL {}", of("log"), of("outbox"))).load::<Row>(&mut conn).await.unwrap();
    rows.into_iter().map(|row| row.event).collect()
}
