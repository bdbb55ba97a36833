//! The command line. Every flag has an environment variable; a flag wins.

use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use kernel::ids::TenantId;

use crate::{edge::Network, logging::LogFormat};

/// The back end of いつでも発券, いつでも貸館 and いつでも学習.
#[derive(Debug, Parser)]
#[command(name = "itsudemo", version, propagate_version = true)]
pub struct Cli {
    #[command(flatten)]
    pub log: LogArgs,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API until SIGTERM or Ctrl-C
    Serve(Box<ServeArgs>),
    /// Bring the database to the schema of this binary, or back
    Migrate(MigrateArgs),
    /// Make an operator: one of us, who registers contractors
    CreateOperator(CreateOperatorArgs),
    /// Play a whole sale on a running server: contractor, hall, shoppers, box office, gate
    Demo(DemoArgs),
    /// Print the OpenAPI document of this binary
    Openapi,
    /// Check journals: that no entry was changed, removed or added since it was signed
    Verify(VerifyArgs),
    /// Check a published draw: that its rules, entries and seed give its result
    VerifyDraw(VerifyDrawArgs),
    /// Take a contractor's journal out, or show the public key that checks it
    Journal(JournalArgs),
}

#[derive(Debug, Args)]
pub struct LogArgs {
    /// What to log, such as `info` or `warn,db=debug`
    #[arg(long = "log", env = "ITSUDEMO_LOG", default_value = "info", global = true, value_name = "FILTER")]
    pub filter: String,
    /// How log lines look
    #[arg(long = "log-format", env = "ITSUDEMO_LOG_FORMAT", default_value = "text", global = true)]
    pub format: LogFormat,
}

/// Which PostgreSQL.
#[derive(Debug, Clone, Args)]
pub struct DatabaseArgs {
    /// A PostgreSQL server, as the role `itsudemo_app`; without it a private one runs in the data folder
    #[arg(long, global = true, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// The same database as a role that may create roles and schemas; `migrate` needs it with --database-url
    #[arg(long, global = true, env = "DATABASE_ADMIN_URL", hide_env_values = true, value_name = "URL")]
    pub database_admin_url: Option<String>,
    /// The folder for everything that is kept: the private PostgreSQL, keys, mail without SMTP
    #[arg(long, global = true, env = "ITSUDEMO_DATA", default_value = "./data", value_name = "FOLDER")]
    pub data: PathBuf,
}

#[derive(Debug, Args)]
pub struct MigrateArgs {
    #[command(subcommand)]
    pub way: Option<MigrateWay>,
    #[command(flatten)]
    pub database: DatabaseArgs,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub enum MigrateWay {
    /// Apply what is missing (the default)
    Up,
    /// Take every migration back; all data is lost
    Down {
        /// Confirms the loss
        #[arg(long)]
        lose_all_data: bool,
    },
    /// Say which migrations the database has
    Status,
}

#[derive(Debug, Args)]
pub struct CreateOperatorArgs {
    /// What they sign in with, on the operators' listener
    #[arg(long, value_name = "ID")]
    pub login_id: String,
    /// Their name; the login ID without it
    #[arg(long)]
    pub name: Option<String>,
    /// A file with their password, 15 characters at least; without it one is made and printed
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    #[command(flatten)]
    pub database: DatabaseArgs,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Where the API is served
    #[arg(long, default_value = "http://127.0.0.1:8080", value_name = "URL")]
    pub url: String,
    /// Where /v1/operator is served
    #[arg(long, default_value = "http://127.0.0.1:8081", value_name = "URL")]
    pub operator_url: String,
    #[command(flatten)]
    pub database: DatabaseArgs,
}

#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// An exported journal; without it, every journal in the database
    pub file: Option<PathBuf>,
    /// The public key as `itsudemo journal key` shows it; without it, the one of this data folder's keys
    #[arg(long)]
    pub key: Option<String>,
    /// Signed checkpoints of the journal that were kept elsewhere, one after the other; may be given again
    #[arg(long, requires = "file", value_name = "FILE")]
    pub witness: Vec<PathBuf>,
    #[command(flatten)]
    pub database: DatabaseArgs,
}

#[derive(Debug, Args)]
pub struct VerifyDrawArgs {
    /// The proof as it was published
    pub file: PathBuf,
}

#[derive(Debug, Args)]
pub struct JournalArgs {
    #[command(subcommand)]
    pub command: JournalCommand,
    #[command(flatten)]
    pub database: DatabaseArgs,
}

#[derive(Debug, Subcommand)]
pub enum JournalCommand {
    /// Write a journal, up to its last checkpoint, to a file
    Export {
        /// Whose journal
        #[arg(long)]
        tenant: TenantId,
        /// Where to; must not exist
        file: PathBuf,
    },
    /// Show the public key of a journal
    Key {
        /// Whose journal
        #[arg(long)]
        tenant: TenantId,
    },
}

/// A service that can be served alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ServedService {
    /// いつでも発券
    Ticket,
    /// いつでも貸館
    Venue,
    /// いつでも学習
    Course,
}

#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Where the API is served
    #[arg(long, env = "ITSUDEMO_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Where /v1/operator is served; keep it private
    #[arg(long, env = "ITSUDEMO_OPERATOR_LISTEN", default_value = "127.0.0.1:8081", value_name = "ADDRESS")]
    pub operator_listen: SocketAddr,
    /// Where /metrics is served; keep it private
    #[arg(long, env = "ITSUDEMO_METRICS_LISTEN", default_value = "127.0.0.1:9464", value_name = "ADDRESS")]
    pub metrics_listen: SocketAddr,
    /// The certificate chain of the API in PEM; read again on SIGHUP
    #[arg(long, env = "ITSUDEMO_TLS_CERT", requires = "tls_key", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// Its private key in PEM
    #[arg(long, env = "ITSUDEMO_TLS_KEY", requires = "tls_cert", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Which services to serve, all without it
    #[arg(long, env = "ITSUDEMO_SERVICES", value_delimiter = ',', default_value = "ticket,venue,course")]
    pub services: Vec<ServedService>,
    /// The mail server, such as smtps://user:password@mail.example.jp; without it mail is written to data/mail
    #[arg(long, env = "ITSUDEMO_SMTP_URL", hide_env_values = true, value_name = "URL")]
    pub smtp_url: Option<String>,
    /// The address mail comes from; the contractor's name stands beside it
    #[arg(long, env = "ITSUDEMO_MAIL_FROM", default_value = "no-reply@localhost.localdomain", value_name = "ADDRESS")]
    pub mail_from: String,
    /// Reverse proxies whose X-Forwarded-For is believed, as addresses or ranges
    #[arg(long, env = "ITSUDEMO_TRUSTED_PROXY", value_delimiter = ',', value_name = "RANGE")]
    pub trusted_proxy: Vec<Network>,
    /// Connections open at once
    #[arg(long, env = "ITSUDEMO_CONNECTIONS", default_value_t = 4096, value_name = "NUMBER")]
    pub connections: u32,
    /// Connections of one IPv4 address or IPv6 /64; this machine and trusted proxies are not counted
    #[arg(long, env = "ITSUDEMO_CONNECTIONS_PER_ADDRESS", default_value_t = 64, value_name = "NUMBER")]
    pub connections_per_address: u32,
    /// Requests a minute that a secret or device key may make
    #[arg(long, env = "ITSUDEMO_RATE_PER_MINUTE", default_value = "12000", value_name = "NUMBER")]
    pub rate_per_minute: NonZeroU32,
    /// Requests a minute that a publishable key may make from one address
    #[arg(long, env = "ITSUDEMO_PAGE_RATE_PER_MINUTE", default_value = "600", value_name = "NUMBER")]
    pub page_rate_per_minute: NonZeroU32,
    /// Open the sandbox payment provider, which moves no money, to every tenant: for trying out, never for real sales
    #[arg(long, env = "ITSUDEMO_SANDBOX_PAYMENTS")]
    pub sandbox_payments: bool,
    /// Connections to PostgreSQL at most
    #[arg(long, env = "ITSUDEMO_POOL", default_value_t = 12, value_name = "NUMBER")]
    pub pool: u32,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn services_and_proxies_are_lists() {
        let cli = Cli::parse_from([
            "itsudemo",
            "serve",
            "--services",
            "ticket,venue",
            "--trusted-proxy",
            "10.0.0.0/8,192.0.2.1",
        ]);
        let Command::Serve(serve) = cli.command else { panic!("serve") };
        assert_eq!(serve.services, [ServedService::Ticket, ServedService::Venue]);
        assert_eq!(serve.trusted_proxy.len(), 2);
    }

    #[test]
    fn a_certificate_needs_its_key() {
        assert!(Cli::try_parse_from(["itsudemo", "serve", "--tls-cert", "a.pem"]).is_err());
    }
}
