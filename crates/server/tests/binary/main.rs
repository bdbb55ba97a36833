//! The real binary with a private PostgreSQL of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod attacks;
mod demo;

use std::{
    env, fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

const LONG: Duration = Duration::from_secs(60);

struct Running {
    child: Child,
    /// Host and port of the API, of the operators' listener and of the metrics.
    api: String,
    operators: String,
    metrics: String,
    folder: PathBuf,
}

fn itsudemo(folder: &PathBuf) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_itsudemo"));
    for set in ["DATABASE_URL", "DATABASE_ADMIN_URL", "ITSUDEMO_LISTEN", "ITSUDEMO_LOG", "ITSUDEMO_LOG_FORMAT"] {
        command.env_remove(set);
    }
    command.env("ITSUDEMO_DATA", folder);
    command
}

fn folder(name: &str) -> PathBuf {
    let folder = env::temp_dir().join(format!("itsudemo-binary-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn start(folder: PathBuf) -> Running {
    start_with(folder, &[])
}

fn start_with(folder: PathBuf, more: &[&str]) -> Running {
    let mut child = itsudemo(&folder)
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--operator-listen",
            "127.0.0.1:0",
            "--metrics-listen",
            "127.0.0.1:0",
        ])
        .args(more)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (tell, told) = mpsc::channel();
    let said = BufReader::new(child.stderr.take().unwrap());
    thread::spawn(move || {
        for line in said.lines().map_while(Result::ok) {
            eprintln!("{line}");
            let _ = tell.send(line);
        }
    });
    let line = loop {
        let line = told.recv_timeout(LONG).expect("the server says where it serves");
        if line.contains(" serving ") {
            break line;
        }
    };
    let at = |key: &str| line.split_once(key).unwrap().1.split(' ').next().unwrap().to_owned();
    Running { api: at("api="), operators: at("operator="), metrics: at("metrics="), child, folder }
}

impl Running {
    fn get(&self, path: &str) -> String {
        ask(&self.api, path).unwrap()
    }

    fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap().success());
    }

    fn postgres(&self) -> String {
        let written = fs::read_to_string(self.folder.join("pg/data/postmaster.pid")).unwrap();
        written.lines().next().unwrap().to_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn ask(address: &str, path: &str) -> std::io::Result<String> {
    // between two questions, for those who ask until something changes
    thread::park_timeout(Duration::from_millis(5));
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(LONG))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut all = String::new();
    stream.read_to_string(&mut all)?;
    Ok(all)
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(text.trim_end().lines().count(), 1, "one line: {text}");
    text
}

#[test]
fn it_serves_says_when_it_leaves_and_takes_postgresql_along() {
    let mut running = start(folder("serve"));
    assert!(running.get("/livez").starts_with("HTTP/1.1 200"));
    assert!(running.get("/readyz").starts_with("HTTP/1.1 200"));
    assert!(ask(&running.metrics, "/metrics").unwrap().contains("edge_connections_total"));
    assert!(running.get("/metrics").starts_with("HTTP/1.1 404"), "metrics are on their own listener only");

    let busy = itsudemo(&folder("busy")).args(["serve", "--listen", &running.api]).output().unwrap();
    assert!(refused(&busy).contains("ITSUDEMO_LISTEN"));
    let twice = itsudemo(&running.folder).args(["migrate", "status"]).output().unwrap();
    assert!(refused(&twice).contains(&running.child.id().to_string()), "names the process that holds the folder");

    let postgres = running.postgres();
    running.signal("-TERM");
    let asked = Instant::now();
    let mut told_balancers = false;
    while let Ok(answer) = ask(&running.api, "/readyz") {
        told_balancers |= answer.starts_with("HTTP/1.1 503");
        assert!(asked.elapsed() < LONG);
    }
    assert!(told_balancers, "not ready before it takes no more connections");
    assert_eq!(running.child.wait().unwrap().code(), Some(0));
    assert!(!fs::exists(format!("/proc/{postgres}")).unwrap_or(false), "PostgreSQL is stopped before the end");
}

#[test]
fn killed_it_starts_again_on_the_same_folder() {
    let mut first = start(folder("killed"));
    first.child.kill().unwrap();
    first.child.wait().unwrap();
    let asked = Instant::now();
    let second = start(first.folder.clone());
    println!("after kill -9 ready in {:?}", asked.elapsed());
    assert!(second.get("/readyz").starts_with("HTTP/1.1 200"));
}

#[test]
fn migrations_are_not_taken_back_by_accident() {
    let output = itsudemo(&folder("down")).args(["migrate", "down"]).output().unwrap();
    assert!(refused(&output).contains("--lose-all-data"));
}

#[test]
fn a_given_database_without_an_administrator_is_explained() {
    let output = itsudemo(&folder("admin")).args(["migrate", "--database-url", "postgres://x@/y"]).output().unwrap();
    assert!(refused(&output).contains("DATABASE_ADMIN_URL"));
}

#[test]
fn the_contract_is_printed_without_a_database() {
    let output = itsudemo(&folder("openapi")).arg("openapi").output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("\"openapi\": \"3.0.3\""));
}

#[test]
fn journals_are_checked_with_the_keys_of_the_data_folder_or_a_public_key() {
    let data = folder("journal");
    let output = itsudemo(&data).args(["verify", "nothing.jsonl"]).output().unwrap();
    assert!(refused(&output).contains("--key"), "without keys it says what to give");
    let running = start(data.clone());
    running.signal("-TERM");
    let asked = Instant::now();
    while ask(&running.api, "/livez").is_ok() {
        assert!(asked.elapsed() < LONG);
    }
    let mut running = running;
    running.child.wait().unwrap();
    let output = itsudemo(&data).arg("verify").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("journals in order"));

    let tenant = "ten_00000000000000000000000000";
    let key = itsudemo(&data).args(["journal", "key", "--tenant", tenant]).output().unwrap();
    let key = String::from_utf8_lossy(&key.stdout).trim().to_owned();
    fs::write(data.join("forged.jsonl"), "{\"format\":1}\n").unwrap();
    let output = itsudemo(&data).arg("verify").arg(data.join("forged.jsonl")).args(["--key", &key]).output().unwrap();
    let said = refused(&output);
    assert!(said.contains("entry 1"), "the first bad entry is named: {said}");
}
