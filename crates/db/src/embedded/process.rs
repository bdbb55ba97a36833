//! Running `initdb` and `postgres`, and the thread that keeps the latter alive.

use std::{
    fs::{self, File},
    io::{self, Write},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use super::{EmbeddedError, error::io_at, folders::Account};

/// Name of the superuser of every private cluster. It bypasses row-level security, so no request ever runs as it.
pub(super) const SUPERUSER: &str = "itsudemo";

/// Name of the database that is served; it exists from the start.
pub(super) const DATABASE: &str = "itsudemo";

const POLL: Duration = Duration::from_millis(10);
/// Replaying the log after a crash is the longest a start can take.
const READY_WITHIN: Duration = Duration::from_secs(120);

/// All that is needed to start `postgres` once more.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) programs: PathBuf,
    pub(super) account: Option<Account>,
    pub(super) data: PathBuf,
    pub(super) socket: PathBuf,
    pub(super) log: PathBuf,
    pub(super) settings: Vec<(String, String)>,
    /// The cluster may be lost: nothing is flushed.
    pub(super) fast: bool,
}

impl Plan {
    /// Makes the cluster unless it exists. An interrupted attempt leaves only `data.tmp`, which the next one clears.
    pub(super) fn initialise(&self) -> Result<(), EmbeddedError> {
        if self.data.join("PG_VERSION").is_file() {
            return Ok(());
        }
        let temporary = self.data.with_extension("tmp");
        if temporary.exists() {
            fs::remove_dir_all(&temporary).map_err(io_at("remove", &temporary))?;
        }
        fs::create_dir(&temporary).map_err(io_at("create the folder", &temporary))?;
        super::folders::private(&temporary, self.account.as_ref())?;
        let mut initdb = self.command("initdb");
        initdb.args(["-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "-k", "-D"]).arg(&temporary);
        initdb.arg(if cfg!(target_os = "linux") { "--locale=C.UTF-8" } else { "--locale=C" });
        if self.fast {
            initdb.arg("--no-sync");
        }
        let output = initdb.output().map_err(io_at("run", self.programs.join("initdb")))?;
        if !output.status.success() {
            let log = last_lines(&String::from_utf8_lossy(&output.stderr));
            return Err(EmbeddedError::Init { folder: self.data.clone(), log });
        }
        self.create_database(&temporary)?;
        fs::rename(&temporary, &self.data).map_err(io_at("rename", &temporary))
    }

    /// Makes the database in single-user mode, so that whoever finds a cluster finds the database in it.
    fn create_database(&self, data: &Path) -> Result<(), EmbeddedError> {
        let mut single = self.command("postgres");
        single.arg("--single").arg("-D").arg(data).args(["-c", "exit_on_error=true"]);
        if self.fast {
            single.arg("-F");
        }
        single.arg("postgres").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut run = || {
            let mut child = single.spawn()?;
            if let Some(mut input) = child.stdin.take() {
                writeln!(input, "CREATE DATABASE {DATABASE};")?;
            }
            child.wait_with_output()
        };
        let output = run().map_err(io_at("run", self.programs.join("postgres")))?;
        if output.status.success() {
            return Ok(());
        }
        let log = last_lines(&String::from_utf8_lossy(&output.stderr));
        Err(EmbeddedError::Init { folder: self.data.clone(), log })
    }

    /// Starts `postgres` as a child of the calling thread and returns once it takes connections.
    fn start(&self) -> Result<Child, EmbeddedError> {
        let log = File::options().append(true).create(true).open(&self.log).map_err(io_at("open", &self.log))?;
        let mut postgres = self.command("postgres");
        postgres.arg("-D").arg(&self.data).arg("-k").arg(&self.socket).args(["-p", "5432"]);
        for (name, value) in [("listen_addresses", ""), ("unix_socket_permissions", "0700")] {
            postgres.arg("-c").arg(format!("{name}={value}"));
        }
        for (name, value) in &self.settings {
            postgres.arg("-c").arg(format!("{name}={value}"));
        }
        postgres.stdout(Stdio::null()).stderr(log);
        die_with_parent(&mut postgres);
        let mut child = postgres.spawn().map_err(io_at("run", self.programs.join("postgres")))?;
        match self.await_ready(&mut child) {
            Ok(()) => Ok(child),
            Err(failure) => {
                halt(&mut child);
                Err(failure)
            }
        }
    }

    fn await_ready(&self, child: &mut Child) -> Result<(), EmbeddedError> {
        let asked = Instant::now();
        while asked.elapsed() < READY_WITHIN {
            let postmaster = Postmaster::read(&self.data);
            if postmaster.is_some_and(|written| written.pid == child.id().to_string() && written.state == "ready") {
                return Ok(());
            }
            if child.try_wait().map_err(io_at("wait for", self.programs.join("postgres")))?.is_some() {
                let log = fs::read_to_string(&self.log).unwrap_or_default();
                return Err(EmbeddedError::Start { log_file: self.log.clone(), log: last_lines(&log) });
            }
            thread::park_timeout(POLL);
        }
        Err(EmbeddedError::Slow { seconds: READY_WITHIN.as_secs(), log_file: self.log.clone() })
    }

    /// A program of this PostgreSQL under the right account. In a process group of its own, so that Ctrl-C in a
    /// terminal reaches us first and we stop it in order.
    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        if let Some(account) = &self.account {
            command.gid(account.gid).uid(account.uid);
        }
        for inherited in ["PGDATA", "PGPORT", "PGHOST", "PGUSER", "PGOPTIONS", "PGDATABASE"] {
            command.env_remove(inherited);
        }
        command.env("LC_ALL", "C").current_dir("/").stdin(Stdio::null()).process_group(0);
        command
    }
}

/// Starts PostgreSQL on a thread of its own and keeps it running until the returned sender is dropped.
///
/// The thread is needed: Linux ties "die with the parent" to the thread that started the child, and the caller's
/// thread may be a short-lived one of a pool.
pub(super) fn keep(plan: Plan) -> Result<(mpsc::Sender<()>, thread::JoinHandle<()>), EmbeddedError> {
    let (until, stop) = mpsc::channel::<()>();
    let (tell, told) = mpsc::channel();
    let log = plan.log.clone();
    let keeper = thread::Builder::new().name("postgres-keeper".into()).spawn(move || match plan.start() {
        Ok(child) => {
            let _ = tell.send(Ok(()));
            watch(&plan, child, &stop);
        }
        Err(failure) => {
            let _ = tell.send(Err(failure));
        }
    });
    let keeper = keeper.map_err(io_at("start a thread for", &log))?;
    match told.recv() {
        Ok(Ok(())) => Ok((until, keeper)),
        Ok(Err(failure)) => Err(failure),
        Err(_) => Err(EmbeddedError::Start { log_file: log, log: "its keeper thread ended".into() }),
    }
}

/// Restarts PostgreSQL whenever it ends by itself; stops it when told.
fn watch(plan: &Plan, mut child: Child, stop: &mpsc::Receiver<()>) {
    loop {
        match stop.recv_timeout(Duration::from_millis(100)) {
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            _ => return halt(&mut child),
        }
        let Ok(Some(status)) = child.try_wait() else { continue };
        tracing::error!(%status, "the private PostgreSQL ended by itself and is started again");
        // sessions of the old server may still hold its shared memory for a moment, so the first attempts can fail
        child = loop {
            match plan.start() {
                Ok(child) => break child,
                Err(failure) => tracing::error!(%failure, "the private PostgreSQL could not be started again"),
            }
            match stop.recv_timeout(Duration::from_millis(300)) {
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                _ => return,
            }
        };
        tracing::info!("the private PostgreSQL is back");
    }
}

/// Ends the server: fast shutdown, after 10 s immediate shutdown, after 5 s more by force.
fn halt(child: &mut Child) {
    for (signal, patience) in [(libc::SIGINT, 10), (libc::SIGQUIT, 5)] {
        send(child, signal);
        let asked = Instant::now();
        while asked.elapsed() < Duration::from_secs(patience) {
            if !matches!(child.try_wait(), Ok(None)) {
                return;
            }
            thread::park_timeout(POLL);
        }
    }
    let _ = child.kill();
    let _ = child.wait();
}

fn send(child: &Child, signal: libc::c_int) {
    if let Ok(pid) = libc::pid_t::try_from(child.id()) {
        // SAFETY: a signal to a child that has not been waited for, so the id cannot have been given to another.
        unsafe { libc::kill(pid, signal) };
    }
}

#[cfg(target_os = "linux")]
fn die_with_parent(command: &mut Command) {
    const FAST_SHUTDOWN: libc::c_ulong = 2;
    // SAFETY: prctl is async-signal-safe and touches only the new process.
    unsafe {
        command.pre_exec(|| match libc::prctl(libc::PR_SET_PDEATHSIG, FAST_SHUTDOWN) {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        });
    }
}

#[cfg(not(target_os = "linux"))]
fn die_with_parent(_: &mut Command) {}

/// What a running server writes about itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Postmaster {
    pub(super) pid: String,
    /// `starting`, `ready`, `standby` or `stopping`; empty in the first moments.
    pub(super) state: String,
}

impl Postmaster {
    pub(super) fn read(data: &Path) -> Option<Postmaster> {
        let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
        let mut lines = text.lines().map(str::trim);
        let pid = lines.next()?.to_owned();
        Some(Postmaster { pid, state: lines.nth(6).unwrap_or_default().to_owned() })
    }

    /// Whether the process that wrote the file still runs (and is not a later one with the same number).
    pub(super) fn is_alive(&self) -> bool {
        let Some(pid) = self.pid.parse::<libc::pid_t>().ok().filter(|pid| *pid > 0) else { return false };
        // SAFETY: signal 0 only asks whether the process exists.
        let there =
            unsafe { libc::kill(pid, 0) } == 0 || io::Error::last_os_error().raw_os_error() == Some(libc::EPERM);
        let name = fs::read_to_string(format!("/proc/{pid}/comm"));
        let zombie = fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| stat.contains(") Z "));
        there && !zombie && name.map_or(!cfg!(target_os = "linux"), |name| name.starts_with("postgres"))
    }
}

/// The last lines of a log, on one line, short enough for an error message.
fn last_lines(log: &str) -> String {
    let mut lines: Vec<&str> = log.lines().rev().map(str::trim).filter(|line| !line.is_empty()).take(4).collect();
    lines.reverse();
    lines.join(" | ")
}
