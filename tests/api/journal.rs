//! What the journal says.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Text, Uuid},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use tests::TestApp;

/// What the first twin's entries of one event say, the oldest first.
pub async fn told(app: &TestApp, event: &str) -> Vec<serde_json::Value> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        data: String,
    }
    let mut conn = AsyncPgConnection::establish(&app.test.admin_url()).await.unwrap();
    let tenant = app.test.twins.first.tenant.uuid();
    let query = "SELECT data::text AS data FROM audit.outbox WHERE tenant_id = $1 AND event = $2 ORDER BY id";
    let query = sql_query(query).bind::<Uuid, _>(tenant).bind::<Text, _>(event);
    let rows = query.load::<Row>(&mut conn).await.unwrap();
    rows.into_iter().map(|row| serde_json::from_str(&row.data).unwrap()).collect()
}

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
