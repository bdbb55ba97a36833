//! The private PostgreSQL cluster: made, started, watched and stopped by the server itself.
//!
//! Programs come from the machine's own PostgreSQL. The folder holds `data` (the cluster), `s` (its socket),
//! `lock` (held by the serving process) and `postgres.log`. There is no TCP listener, and the socket folder is open to
//! nobody but the account that runs the cluster, which is why its superuser needs no password.
//!
//! Everything here blocks; call it before the runtime or from `spawn_blocking`.

mod error;
mod folders;
mod process;
mod programs;

use std::{
    fs::{self, File, TryLockError},
    io::{Read, Seek, Write},
    os::unix::{ffi::OsStrExt, net::UnixStream},
    path::{Path, PathBuf},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

pub use error::EmbeddedError;
use error::io_at;
use folders::Account;
use process::{DATABASE, Plan, Postmaster, SUPERUSER};

/// Where the cluster lives and how it runs.
#[derive(Debug, Clone, Default)]
pub struct EmbeddedConfig {
    /// The cluster's own folder, created when absent. Nothing else may live in it.
    pub data_dir: PathBuf,
    /// PostgreSQL settings as `postgres -c name=value` takes them; they win over the built-in ones.
    pub settings: Vec<(String, String)>,
    /// For tests: nothing is flushed to disk, so a crash of the machine loses the cluster.
    pub fast: bool,
    /// The folder with `initdb` and `postgres`; `None` searches (PG_BIN, PATH, the usual places).
    pub bin_dir: Option<PathBuf>,
}

/// A running private cluster. Dropping it stops PostgreSQL.
#[derive(Debug)]
pub struct Embedded {
    socket: PathBuf,
    data: PathBuf,
    until: Option<mpsc::Sender<()>>,
    keeper: Option<thread::JoinHandle<()>>,
    /// Held as long as PostgreSQL runs; fields drop after `drop` has stopped it.
    _lock: File,
}

impl Embedded {
    /// Makes the cluster if needed, starts it and returns when it takes connections. If PostgreSQL ends by itself
    /// later, it is started again; if this process dies, PostgreSQL stops (on Linux at once).
    ///
    /// # Errors
    /// See [`EmbeddedError`]; each says what to do.
    pub fn start(config: &EmbeddedConfig) -> Result<Embedded, EmbeddedError> {
        let account = Account::to_run_as()?;
        let home = folders::home(&config.data_dir, account.as_ref())?;
        let data = home.join("data");
        let lock = lock(&home)?;
        let programs = programs::find(config.bin_dir.as_deref(), &data)?;
        let socket = folders::socket(&home, account.as_ref())?;
        await_predecessor(&home, &data, &socket)?;
        let plan = Plan {
            programs: programs.folder,
            account,
            data: data.clone(),
            socket: socket.clone(),
            log: home.join("postgres.log"),
            settings: settings(config),
            fast: config.fast,
        };
        shorten(&plan.log);
        plan.initialise()?;
        let (until, keeper) = process::keep(plan)?;
        Ok(Embedded { socket, data, until: Some(until), keeper: Some(keeper), _lock: lock })
    }

    /// The URL, as a role, of the served database of a cluster that another process runs; nothing when none answers.
    ///
    /// # Errors
    /// See [`EmbeddedError`].
    pub fn running(data_dir: &Path, role: &str) -> Result<Option<String>, EmbeddedError> {
        let account = Account::to_run_as()?;
        let home = folders::home(data_dir, account.as_ref())?;
        let socket = folders::socket(&home, account.as_ref())?;
        let answers = UnixStream::connect(socket.join(folders::SOCKET_NAME)).is_ok();
        Ok(answers.then(|| url_at(&socket, role, DATABASE)))
    }

    /// The superuser's URL of the served database: for migrations and for making databases, never for requests.
    #[must_use]
    pub fn admin_url(&self) -> String {
        self.url_for(SUPERUSER, DATABASE)
    }

    /// The URL of a database as a role, over the private socket. The served database is `itsudemo`.
    #[must_use]
    pub fn url_for(&self, role: &str, database: &str) -> String {
        url_at(&self.socket, role, database)
    }

    /// The folder that holds the socket, as `psql -h` takes it.
    #[must_use]
    pub fn socket_dir(&self) -> &Path {
        &self.socket
    }

    /// The process id of PostgreSQL, as it is now.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        Postmaster::read(&self.data)?.pid.parse().ok()
    }

    /// Stops PostgreSQL and returns when it has ended: sessions are cut after their current statement is rolled back,
    /// everything committed is on disk.
    pub fn stop(mut self) {
        self.halt();
    }

    fn halt(&mut self) {
        drop(self.until.take());
        if let Some(keeper) = self.keeper.take() {
            let _ = keeper.join();
        }
    }
}

fn url_at(socket: &Path, role: &str, database: &str) -> String {
    let host = percent(socket.as_os_str().as_bytes());
    format!("postgres://{}@/{}?host={host}", percent(role.as_bytes()), percent(database.as_bytes()))
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.halt();
    }
}

/// Takes the folder for this process.
fn lock(home: &Path) -> Result<File, EmbeddedError> {
    let path = home.join("lock");
    let opened = File::options().read(true).write(true).create(true).truncate(false).open(&path);
    let mut file = opened.map_err(io_at("open", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut pid = String::new();
            let _ = file.read_to_string(&mut pid);
            return Err(EmbeddedError::InUse { folder: home.to_owned(), pid: pid.trim().to_owned() });
        }
        Err(TryLockError::Error(source)) => return Err(io_at("lock", &path)(source)),
    }
    let written = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| write!(file, "{}", std::process::id()));
    written.map_err(io_at("write", &path))?;
    Ok(file)
}

/// Waits for the PostgreSQL of a process that was killed to finish its shutdown.
///
/// # Errors
/// `InUse` when it does not go, or was started by somebody else and stays.
fn await_predecessor(home: &Path, data: &Path, socket: &Path) -> Result<(), EmbeddedError> {
    let asked = Instant::now();
    while let Some(postmaster) = Postmaster::read(data).filter(Postmaster::is_alive) {
        let patience = Duration::from_secs(if postmaster.state == "ready" { 2 } else { 60 });
        if asked.elapsed() > patience {
            return Err(EmbeddedError::InUse { folder: home.to_owned(), pid: postmaster.pid });
        }
        thread::park_timeout(Duration::from_millis(20));
    }
    match UnixStream::connect(socket.join(folders::SOCKET_NAME)) {
        Ok(_) => Err(EmbeddedError::InUse { folder: home.to_owned(), pid: "(unknown)".into() }),
        Err(_) => Ok(()),
    }
}

fn settings(config: &EmbeddedConfig) -> Vec<(String, String)> {
    const SERVING: &[(&str, &str)] = &[
        ("shared_buffers", "256MB"),
        ("max_connections", "200"),
        ("max_wal_size", "2GB"),
        ("wal_compression", "on"),
        ("timezone", "UTC"),
        ("log_timezone", "Asia/Tokyo"),
        ("log_min_messages", "warning"),
        ("idle_in_transaction_session_timeout", "60s"),
    ];
    const FAST: &[(&str, &str)] = &[
        ("fsync", "off"),
        ("full_page_writes", "off"),
        ("synchronous_commit", "off"),
        ("wal_level", "minimal"),
        ("max_wal_senders", "0"),
        ("shared_buffers", "128MB"),
    ];
    let fast = if config.fast { FAST } else { &[] };
    let built_in = SERVING.iter().chain(fast).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    built_in.chain(config.settings.iter().cloned()).collect()
}

/// Starts the log anew once it has grown past 16 MiB.
fn shorten(log: &Path) {
    const LONGEST: u64 = 16 << 20;
    if fs::metadata(log).is_ok_and(|meta| meta.len() > LONGEST) {
        let _ = fs::remove_file(log);
    }
}

fn percent(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(char::from(*byte)),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_a_url_is_percent_encoded() {
        assert_eq!(percent("/data/pg s/館".as_bytes()), "%2Fdata%2Fpg%20s%2F%E9%A4%A8");
    }

    #[test]
    fn given_settings_come_after_the_built_in_ones_and_so_win() {
        let config = EmbeddedConfig { settings: vec![("fsync".into(), "on".into())], fast: true, ..Default::default() };
        let last = settings(&config).into_iter().rfind(|(name, _)| name == "fsync");
        assert_eq!(last, Some(("fsync".into(), "on".into())));
    }
}
