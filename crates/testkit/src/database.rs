//! A database of one's own, cloned from a template that is made once per run: schema, roles and the twins.

use std::{fs::File, sync::OnceLock};

use db::{Db, PoolConfig, Remark, migrate};
use diesel::{QueryableByName, sql_query, sql_types::Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection};
use kernel::{Actor, RequestId, Scope, SealKey, Service};
use uuid::Uuid;

use crate::{Cluster, Twins};

/// A database that lives as long as the test.
pub struct TestDb {
    pub db: Db,
    pub name: String,
    pub twins: Twins,
    cluster: &'static Cluster,
}

impl TestDb {
    /// A fresh database with the twin tenants and a pool of 12 connections.
    pub async fn new() -> Self {
        Self::with_pool(12).await
    }

    /// A fresh database with a pool of this many connections.
    pub async fn with_pool(size: u32) -> Self {
        let cluster = Cluster::shared();
        let (template, twins) = template(cluster).await;
        let name = format!("t_{}", Uuid::new_v4().simple());
        admin(cluster, "postgres", &format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")).await;
        let config = PoolConfig {
            size,
            // a queue of thousands is served however slow the machine is; what is never served still fails
            wait: std::time::Duration::from_secs(120),
            ..PoolConfig::new(cluster.url("itsudemo_app", &name))
        };
        let db = Db::connect(&config).await.expect("the test database answers");
        Self { db, name, twins, cluster }
    }

    /// The administrator's URL, for looking behind the walls.
    pub fn admin_url(&self) -> String {
        self.cluster.admin_url(&self.name)
    }

    /// The URL of this database as a role.
    pub fn url(&self, role: &str) -> String {
        self.cluster.url(role, &self.name)
    }

    /// The first twin's right to work in a service, as the house itself.
    pub fn scope(&self, service: Service) -> Scope {
        Scope::assume(self.twins.first.tenant, service, Actor::System, RequestId::random())
    }

    /// The key under which the first twin keeps what is personal.
    pub fn seal(&self) -> SealKey {
        Twins::keyring(self.cluster).tenant(self.twins.first.tenant).expect("the first twin has keys").seal
    }

    /// What somebody wrote in their own words, as the first twin keeps it.
    pub fn remark(&self, text: &str) -> Remark {
        Remark::new(text, &self.seal())
    }

    /// The neighbour's right to work in a service.
    pub fn neighbour(&self, service: Service) -> Scope {
        Scope::assume(self.twins.second.tenant, service, Actor::System, RequestId::random())
    }

    /// Runs SQL as the administrator, behind the walls.
    pub async fn execute(&self, sql: &str) {
        admin(self.cluster, &self.name, sql).await;
    }

    /// What a query of one text says, row by row, as the administrator sees it behind the walls.
    pub async fn peek(&self, sql: &str) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Line {
            #[diesel(sql_type = Text)]
            line: String,
        }
        let mut conn = AsyncPgConnection::establish(&self.admin_url()).await.expect("the test database answers");
        let rows: Vec<Line> = sql_query(format!("SELECT l.line FROM ({sql}) AS l (line)"))
            .load(&mut conn)
            .await
            .expect("the query is of one text");
        rows.into_iter().map(|row| row.line).collect()
    }

    /// Asks until somebody waits for what another transaction has locked.
    pub async fn until_somebody_waits(&self) {
        let waiting = "SELECT a.pid::text FROM pg_stat_activity AS a \
                       WHERE a.datname = current_database() AND a.wait_event_type = 'Lock'";
        for _ in 0..3_000 {
            if !self.peek(waiting).await.is_empty() {
                return;
            }
        }
        panic!("nobody waits for anybody");
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let (url, name) = (self.cluster.admin_url("postgres"), self.name.clone());
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                if let Ok(mut conn) = AsyncPgConnection::establish(&url).await {
                    let _ = conn.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
                }
            });
        });
        let _ = dropped.join();
    }
}

async fn admin(cluster: &Cluster, database: &str, sql: &str) {
    let mut conn = AsyncPgConnection::establish(&cluster.admin_url(database)).await.expect("the test cluster answers");
    conn.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The template's name and the twins in it. Made by whichever process comes first.
async fn template(cluster: &'static Cluster) -> (String, Twins) {
    static HERE: OnceLock<(String, Twins)> = OnceLock::new();
    if let Some(made) = HERE.get() {
        return made.clone();
    }
    let name = "itsudemo_template".to_owned();
    let twins = Twins::of(cluster);
    let lock = File::create(cluster.folder().join("template.lock")).expect("a lock file");
    let lock =
        tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await.expect("the lock").expect("the lock");
    let mark = cluster.folder().join("template.made");
    if !mark.exists() {
        admin(cluster, "postgres", &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        admin(cluster, "postgres", &format!("CREATE DATABASE {name}")).await;
        migrate::up(&cluster.admin_url(&name)).await.expect("the schema is brought up");
        let mut conn = AsyncPgConnection::establish(&cluster.admin_url(&name)).await.expect("the template answers");
        conn.batch_execute(&twins.sql()).await.expect("the twins are born");
        drop(conn);
        std::fs::write(&mark, "").expect("a mark");
    }
    drop(lock);
    HERE.get_or_init(|| (name, twins)).clone()
}
