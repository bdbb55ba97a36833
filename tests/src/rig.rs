//! The real binary with its private PostgreSQL, in a folder of its own.

use std::{
    fs::File,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use testkit::Twins;

use crate::wire::Wire;

/// A server under test.
pub struct Rig {
    folder: PathBuf,
    address: String,
    others: [String; 2],
    child: Child,
    pub twins: Twins,
}

/// The binary beside this one, or the one that `ITSUDEMO_BIN` names.
fn binary() -> PathBuf {
    if let Ok(path) = std::env::var("ITSUDEMO_BIN") {
        return path.into();
    }
    let own = std::env::current_exe().expect("this program has a path");
    own.ancestors()
        .map(|folder| folder.join("itsudemo"))
        .find(|path| path.is_file())
        .expect("the binary itsudemo is built beside this one: cargo build -p server")
}

fn free_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").to_string()
}

impl Rig {
    /// Starts the binary in a new folder and brings the twins into its database.
    pub async fn new(name: &str) -> Self {
        use std::os::unix::fs::PermissionsExt;
        let folder = std::env::temp_dir().join(format!("itsudemo-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let _ = std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755));
        let address = free_port();
        let others = [free_port(), free_port()];
        let child = launch(&folder, &address, &others);
        let twins = Twins::beside(&folder.join("keys"), &folder);
        let mut rig = Self { folder, address, others, child, twins };
        rig.ready().await;
        rig.sql(&rig.twins.sql()).await;
        rig
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A connection as the first twin's own server.
    pub fn server(&self) -> Wire {
        Wire::new(&self.address, &self.twins.first.secret_key)
    }

    /// A connection as a page of the first twin; its requests want an `Origin`.
    pub fn page(&self) -> Wire {
        Wire::new(&self.address, &self.twins.first.publishable_key)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How long the processors have worked so far for the server and for its PostgreSQL.
    pub fn processor_time(&self) -> [Duration; 2] {
        let postgres = self.postgres_pid();
        let mut sums = [Duration::ZERO; 2];
        for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
            let Some((head, tail)) = stat.rsplit_once(')') else { continue };
            let fields: Vec<u64> = tail.split_whitespace().skip(1).map(|word| word.parse().unwrap_or(0)).collect();
            let pid: u32 = head.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(0);
            // ppid, …, utime and stime in hundredths of a second
            let (parent, used) = (fields[0], Duration::from_millis((fields[10] + fields[11]) * 10));
            if pid == self.pid() {
                sums[0] += used;
            } else if postgres.is_some_and(|postgres| u64::from(postgres) == parent) {
                sums[1] += used;
            }
        }
        sums
    }

    /// The process id of its PostgreSQL.
    pub fn postgres_pid(&self) -> Option<u32> {
        let text = std::fs::read_to_string(self.folder.join("pg/data/postmaster.pid")).ok()?;
        text.lines().next()?.trim().parse().ok()
    }

    /// The administrator's URL of its database.
    pub fn admin_url(&self) -> String {
        let socket = self.folder.join("pg/s").display().to_string().replace('/', "%2F");
        format!("postgres://itsudemo@/itsudemo?host={socket}")
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.join("pg/s")
    }

    /// Runs SQL behind the walls.
    pub async fn sql(&self, sql: &str) {
        let mut conn = self.connect().await;
        conn.batch_execute(sql).await.unwrap_or_else(|error| panic!("{error}"));
    }

    /// A connection behind the walls.
    pub async fn connect(&self) -> AsyncPgConnection {
        let begun = Instant::now();
        loop {
            match AsyncPgConnection::establish(&self.admin_url()).await {
                Ok(conn) => return conn,
                Err(_) if begun.elapsed() < Duration::from_secs(60) => {
                    tokio::time::sleep(Duration::from_millis(50)).await
                }
                Err(error) => panic!("PostgreSQL does not answer: {error}"),
            }
        }
    }

    /// Returns when the server is ready, with the time it took.
    pub async fn ready(&mut self) -> Duration {
        let begun = Instant::now();
        let mut wire = Wire::new(&self.address, "none");
        loop {
            if let Ok(heard) = wire.ask("GET", "/readyz", &[], None).await
                && heard.status == 200
            {
                return begun.elapsed();
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                panic!("the server ended with {status}:\n{}", self.log());
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "the server is not ready:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What the server said last.
    pub fn log(&self) -> String {
        let text = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().rev().take(40).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    /// Kills the server as a power cut would, and starts it again.
    pub async fn kill_and_restart(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        // its PostgreSQL stops with it; a new server says so when it does not
        let begun = Instant::now();
        while self.postgres_pid().is_some_and(alive) && begun.elapsed() < Duration::from_secs(20) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.child = launch(&self.folder, &self.address, &self.others);
        self.ready().await;
    }

    /// Kills PostgreSQL as a power cut would; the server starts it again by itself.
    pub async fn kill_postgres(&mut self) {
        if let Some(pid) = self.postgres_pid() {
            let _ = Command::new("kill").args(["-9", &pid.to_string()]).status();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        self.ready().await;
    }

    /// The most memory the server has had, in MiB.
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|word| word.parse::<u64>().ok()).unwrap_or(0) / 1024
    }
}

fn alive(pid: u32) -> bool {
    Path::new(&format!("/proc/{pid}")).exists()
}

fn launch(folder: &Path, address: &str, others: &[String; 2]) -> Child {
    let log = File::options().create(true).append(true).open(folder.join("log")).expect("a log file");
    let [operators, metrics] = others;
    Command::new(binary())
        .args(["serve", "--data"])
        .arg(folder)
        .args(["--listen", address, "--operator-listen", operators, "--metrics-listen", metrics])
        .env("ITSUDEMO_LOG", std::env::var("ITSUDEMO_LOG").unwrap_or_else(|_| "warn".to_owned()))
        .env("ITSUDEMO_RATE_PER_MINUTE", "100000000")
        .env("ITSUDEMO_PAGE_RATE_PER_MINUTE", "100000000")
        .env("ITSUDEMO_SANDBOX_PAYMENTS", "true")
        .env_remove("DATABASE_URL")
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a log file"))
        .stderr(log)
        .spawn()
        .expect("the server starts")
}

impl Drop for Rig {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
