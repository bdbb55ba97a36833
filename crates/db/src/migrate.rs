//! Brings a database to the schema of this binary, and back.
//!
//! Three layers: `bootstrap.sql` (roles and schemas, by the administrator), ordered migrations (by the owner role), and
//! standing SQL (functions, policies, grants: rebuilt every time). Only one process migrates at a time.

use diesel::{QueryableByName, sql_query, sql_types::Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

/// One ordered step.
#[derive(Debug)]
pub struct Migration {
    pub name: &'static str,
    pub up: &'static str,
    pub down: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// Why the schema is not as asked.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error("cannot connect as the administrator; set DATABASE_ADMIN_URL to a role that may create roles and schemas")]
    Connect(#[source] diesel::ConnectionError),
    #[error("{step} failed")]
    Step { step: String, source: diesel::result::Error },
    #[error(
        "this database has the migration {0}, which this binary does not know; use the binary that made it, or a newer one"
    )]
    Unknown(String),
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    name: String,
}

fn step(step: impl Into<String>) -> impl FnOnce(diesel::result::Error) -> MigrateError {
    let step = step.into();
    move |source| MigrateError::Step { step, source }
}

async fn connect(admin_url: &str) -> Result<AsyncPgConnection, MigrateError> {
    AsyncPgConnection::establish(admin_url).await.map_err(MigrateError::Connect)
}

/// The names of the migrations that this database has, oldest first.
///
/// # Errors
/// [`MigrateError`].
pub async fn applied(admin_url: &str) -> Result<Vec<String>, MigrateError> {
    let mut conn = connect(admin_url).await?;
    names(&mut conn).await
}

async fn names(conn: &mut AsyncPgConnection) -> Result<Vec<String>, MigrateError> {
    conn.batch_execute(
        "CREATE TABLE IF NOT EXISTS public.schema_migrations \
         (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now()); \
         REVOKE ALL ON public.schema_migrations FROM PUBLIC",
    )
    .await
    .map_err(step("the list of migrations"))?;
    let rows: Vec<Applied> = sql_query("SELECT name FROM public.schema_migrations ORDER BY name")
        .load(conn)
        .await
        .map_err(step("the list of migrations"))?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// Whether the database has exactly the migrations of this binary.
///
/// # Errors
/// [`MigrateError`].
pub async fn is_current(admin_url: &str) -> Result<bool, MigrateError> {
    Ok(applied(admin_url).await?.iter().map(String::as_str).eq(MIGRATIONS.iter().map(|m| m.name)))
}

/// Applies what is missing and rebuilds the standing SQL. Returns the names of the newly applied migrations.
///
/// # Errors
/// [`MigrateError`]; the failed step left nothing behind.
pub async fn up(admin_url: &str) -> Result<Vec<&'static str>, MigrateError> {
    let mut conn = connect(admin_url).await?;
    conn.batch_execute("SELECT pg_advisory_lock(7305)").await.map_err(step("the lock"))?;
    conn.batch_execute(BOOTSTRAP).await.map_err(step("bootstrap.sql"))?;
    let have = names(&mut conn).await?;
    if let Some(strange) = have.iter().find(|name| MIGRATIONS.iter().all(|m| m.name != name.as_str())) {
        return Err(MigrateError::Unknown(strange.clone()));
    }
    let mut fresh = Vec::new();
    for migration in MIGRATIONS.iter().filter(|m| have.iter().all(|name| name != m.name)) {
        run(
            &mut conn,
            migration.up,
            &format!("INSERT INTO public.schema_migrations (name) VALUES ('{}')", migration.name),
        )
        .await
        .map_err(step(migration.name))?;
        fresh.push(migration.name);
    }
    for (name, sql) in STANDING {
        run(&mut conn, sql, "").await.map_err(step(*name))?;
    }
    Ok(fresh)
}

/// Empties every table of ours at once: rows that are lost anyway are in the way of no step back.
const EMPTY: &str = "DO $$ DECLARE every text; BEGIN \
    SELECT string_agg(format('%I.%I', schemaname, tablename), ', ') INTO every FROM pg_tables WHERE tableowner = 'itsudemo_owner'; \
    IF every IS NOT NULL THEN EXECUTE 'TRUNCATE ' || every; END IF; END $$";

/// Takes every migration back, newest first, and leaves an empty database with its roles. All data is lost, first of all.
///
/// # Errors
/// [`MigrateError`].
pub async fn down(admin_url: &str) -> Result<Vec<String>, MigrateError> {
    let mut conn = connect(admin_url).await?;
    conn.batch_execute("SELECT pg_advisory_lock(7305)").await.map_err(step("the lock"))?;
    let mut have = names(&mut conn).await?;
    have.reverse();
    if !have.is_empty() {
        run(&mut conn, EMPTY, "").await.map_err(step("emptying the tables"))?;
    }
    for name in &have {
        let migration =
            MIGRATIONS.iter().find(|m| m.name == name).ok_or_else(|| MigrateError::Unknown(name.clone()))?;
        run(&mut conn, migration.down, &format!("DELETE FROM public.schema_migrations WHERE name = '{name}'"))
            .await
            .map_err(step(name.clone()))?;
    }
    Ok(have)
}

/// One step as the owner, then one line of book-keeping as the administrator, in one transaction.
async fn run(conn: &mut AsyncPgConnection, sql: &str, note: &str) -> Result<(), diesel::result::Error> {
    let batch = format!("BEGIN; SET LOCAL ROLE itsudemo_owner;\n{sql}\n;RESET ROLE; {note}; COMMIT");
    let outcome = conn.batch_execute(&batch).await;
    if outcome.is_err() {
        let _ = conn.batch_execute("ROLLBACK").await;
    }
    outcome
}
