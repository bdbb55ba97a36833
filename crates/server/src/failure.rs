//! Why a command ended, in words for the person who gave it.

use std::{error::Error, path::PathBuf};

use db::{embedded::EmbeddedError, migrate::MigrateError};

use crate::edge::{BindError, TlsError};

/// Why a command ended without doing its work.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
    #[error(transparent)]
    Bind(#[from] BindError),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("the key files cannot be used")]
    Keys(#[from] custody::keyring::KeyringError),
    #[error("mail cannot be sent")]
    Mail(#[from] worker::MailError),
    #[error("the database could not be brought to this version's schema")]
    Migrate(#[from] MigrateError),
    #[error(
        "PostgreSQL does not answer; the log above says why. Check DATABASE_URL, and that `itsudemo migrate` has run"
    )]
    Unreachable,
    #[error("with DATABASE_URL this needs DATABASE_ADMIN_URL too: the same database as a role that may create roles")]
    NoAdminUrl,
    #[error("the contract of this binary cannot be published: {0}")]
    Contract(String),
    #[error("no operator was made: {}", reasons(.0))]
    Operator(#[from] tenancy::operator::CreateOperatorError),
    #[error("the journal of {tenant} is not what was signed: {bad}")]
    Journal { tenant: String, bad: audit::FirstBad },
    #[error("{file} is no proof of a draw")]
    DrawUnread { file: String, source: serde_json::Error },
    #[error("{file} does not prove its draw: {bad}")]
    Draw { file: String, bad: draw::Mismatch },
    #[error("`{0}` is not a public key as `itsudemo journal key` shows it")]
    PublicKey(String),
    #[error("there are no keys in {0}: name the data folder with --data, or give the public key with --key")]
    NoKeys(PathBuf),
    #[error("{path} cannot be used")]
    File { path: PathBuf, source: std::io::Error },
    #[error("the database did not answer as it should")]
    Database(#[from] db::Fault),
    #[error("no server is ready at {0}: start one with `make run`, or name it with --url")]
    NotServing(String),
    #[error("the demo met a surprise: {0}")]
    Surprise(#[from] crate::demo::Surprise),
    #[error("nothing was changed: add --lose-all-data to confirm that all data is to be lost")]
    NotConfirmed,
    #[error("the log filter is not understood")]
    LogFilter(#[from] tracing_subscriber::filter::ParseError),
    #[error("the recorder of metrics could not be installed")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
    #[error("the system refused what every server needs")]
    System(#[from] std::io::Error),
}

impl Failure {
    /// The whole chain of causes on one line.
    #[must_use]
    pub fn line(&self) -> String {
        let mut line = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            let text = error.to_string();
            if !line.contains(&text) {
                line.push_str(": ");
                line.push_str(&text);
            }
            cause = error.source();
        }
        line.replace('\n', " ")
    }
}

/// What a refused password lacks, or the error itself.
fn reasons(error: &tenancy::operator::CreateOperatorError) -> String {
    use tenancy::operator::CreateOperatorError::Password;
    match error {
        Password(refused) => {
            let reasons: Vec<&str> = refused.reasons.iter().map(|reason| reason.as_str()).collect();
            format!("the password is {}", reasons.join(" and ").replace('_', " "))
        }
        other => other.to_string(),
    }
}
