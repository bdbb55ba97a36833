//! Which PostgreSQL a command works on: the one it is given, or the private one in the data folder.

use db::{
    Db, PoolConfig,
    embedded::{Embedded, EmbeddedConfig, EmbeddedError},
    migrate,
};

use crate::{Failure, cli::DatabaseArgs};

/// The role that requests run as.
const APP_ROLE: &str = "itsudemo_app";
/// The database that is served.
const DATABASE: &str = "itsudemo";

/// A database that is there. Dropping it stops a private server.
#[derive(Debug)]
pub struct Database {
    /// As the application role.
    pub url: String,
    admin_url: Option<String>,
    embedded: Option<Embedded>,
}

impl Database {
    /// Takes the given server, or starts the private one. Blocks; call it outside of a runtime.
    ///
    /// # Errors
    /// The private server could not be started.
    pub fn open(args: &DatabaseArgs) -> Result<Database, Failure> {
        if let Some(url) = &args.database_url {
            return Ok(Database { url: url.clone(), admin_url: args.database_admin_url.clone(), embedded: None });
        }
        let embedded =
            Embedded::start(&EmbeddedConfig { data_dir: args.data.join("pg"), ..EmbeddedConfig::default() })?;
        let (url, admin_url) = (embedded.url_for(APP_ROLE, DATABASE), embedded.admin_url());
        Ok(Database { url, admin_url: Some(admin_url), embedded: Some(embedded) })
    }

    /// As [`Database::open`], but beside a serving process it works on that one's private server: for commands that serve
    /// nothing.
    ///
    /// # Errors
    /// As [`Database::open`].
    pub fn open_beside(args: &DatabaseArgs) -> Result<Database, Failure> {
        match Self::open(args) {
            Err(Failure::Embedded(in_use @ EmbeddedError::InUse { .. })) => {
                let url = Embedded::running(&args.data.join("pg"), APP_ROLE)?.ok_or(in_use)?;
                Ok(Database { url, admin_url: None, embedded: None })
            }
            opened => opened,
        }
    }

    /// Whether the server is our own, so that nobody else migrates it.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.embedded.is_some()
    }

    /// The administrator's URL.
    ///
    /// # Errors
    /// A given server without one.
    pub fn admin_url(&self) -> Result<&str, Failure> {
        self.admin_url.as_deref().ok_or(Failure::NoAdminUrl)
    }

    /// A pool of at most `size` connections; a private database is migrated first.
    ///
    /// # Errors
    /// A migration failed, or the server does not answer.
    pub async fn connect(&self, size: u32) -> Result<Db, Failure> {
        if self.is_private() {
            let applied = migrate::up(self.admin_url()?).await?;
            if !applied.is_empty() {
                tracing::info!(migrations = applied.len(), "schema brought up to date");
            }
        }
        let config = PoolConfig { size, ..PoolConfig::new(&self.url) };
        Db::connect(&config).await.map_err(|_| Failure::Unreachable)
    }
}
