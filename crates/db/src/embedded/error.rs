//! What can go wrong with a private cluster, each with what to do about it.

use std::{io, path::PathBuf};

/// Why the private PostgreSQL cluster could not be started or stopped. Every text says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// No folder with `initdb` and `postgres` of a usable version exists on this machine.
    #[error(
        "PostgreSQL 15 or later was not found on this machine. Install it (Debian, Ubuntu: `apt-get install postgresql`; \
         macOS: `brew install postgresql@16`), or set PG_BIN to the folder that holds `initdb` and `postgres`, \
         or set DATABASE_URL to a running server"
    )]
    NotFound,

    /// Every PostgreSQL that was found is older than 15.
    #[error(
        "only PostgreSQL {newest} was found ({folder}), and 15 or later is needed. Install a newer one, or set PG_BIN to \
         the folder that holds its `initdb` and `postgres`"
    )]
    TooOld {
        /// The newest major version found.
        newest: u32,
        /// Its folder of programs.
        folder: PathBuf,
    },

    /// The data folder was made by a major version of PostgreSQL that is not installed.
    #[error(
        "the data folder {folder} was made by PostgreSQL {cluster}, but this machine has {found}. Install PostgreSQL \
         {cluster} (or set PG_BIN to its programs), or dump with the old version and restore into a new folder \
         (ITSUDEMO_DATA names the folder)"
    )]
    OtherMajor {
        /// The cluster's folder.
        folder: PathBuf,
        /// Major version that made it.
        cluster: String,
        /// Major versions on this machine, as text.
        found: String,
    },

    /// Another live process serves from this data folder.
    #[error(
        "the data folder {folder} is in use by process {pid}. Stop that process (`kill -INT {pid}`), or use another \
         folder with --data or ITSUDEMO_DATA"
    )]
    InUse {
        /// The cluster's folder.
        folder: PathBuf,
        /// The process that holds it, as it wrote itself down.
        pid: String,
    },

    /// PostgreSQL refuses to run as root, and the account it runs as instead cannot reach the data folder.
    #[error(
        "PostgreSQL does not run as root, so it runs as user `{user}`, and that user may not enter {parent}. Allow it \
         (`chmod o+x {parent}`), or put the data elsewhere with --data or ITSUDEMO_DATA (for example /var/lib/itsudemo)"
    )]
    ParentClosed {
        /// The first folder on the way that is closed.
        parent: PathBuf,
        /// The account.
        user: String,
    },

    /// Run as root on a machine with neither a `postgres` nor a `nobody` account.
    #[error(
        "PostgreSQL does not run as root, and this machine has neither a user `postgres` nor a user `nobody` to run it \
         as. Create one (`useradd --system postgres`), or start itsudemo as an ordinary user"
    )]
    NoAccount,

    /// The fallback folder for the socket exists but is not ours alone.
    #[error("the socket folder {folder} exists but is not private to user id {uid}. Remove it and start again")]
    SocketFolder {
        /// The folder under /tmp.
        folder: PathBuf,
        /// The user id that must own it.
        uid: u32,
    },

    /// `initdb` failed.
    #[error("a new cluster could not be made in {folder}; initdb says: {log}")]
    Init {
        /// The folder.
        folder: PathBuf,
        /// The last lines of its output.
        log: String,
    },

    /// `postgres` ended before it was ready.
    #[error("PostgreSQL did not start; the last lines of {log_file}: {log}")]
    Start {
        /// Where its log is.
        log_file: PathBuf,
        /// The last lines of it.
        log: String,
    },

    /// `postgres` runs but did not become ready in time.
    #[error("PostgreSQL was not ready after {seconds} s; its log is {log_file}")]
    Slow {
        /// How long was waited.
        seconds: u64,
        /// Where its log is.
        log_file: PathBuf,
    },

    /// A system call on a file or process failed.
    #[error("could not {doing} {path}: {source}")]
    Io {
        /// What was attempted, as a verb.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
}

/// Names the attempt and the path on an I/O failure.
pub(super) fn io_at(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> EmbeddedError {
    let path = path.into();
    move |source| EmbeddedError::Io { doing, path, source }
}
