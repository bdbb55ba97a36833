//! The private cluster against the real PostgreSQL of this machine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{
    env, fs,
    os::unix::{fs::PermissionsExt, net::UnixStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use db::embedded::{Embedded, EmbeddedConfig, EmbeddedError};

/// A folder that is gone after the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = env::temp_dir().join(format!("itsudemo-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        Folder(path)
    }

    fn config(&self) -> EmbeddedConfig {
        EmbeddedConfig { data_dir: self.0.join("pg"), fast: true, ..EmbeddedConfig::default() }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn answers(cluster: &Embedded) -> bool {
    UnixStream::connect(cluster.socket_dir().join(".s.PGSQL.5432")).is_ok()
}

fn eventually(what: &str, holds: impl Fn() -> bool) {
    let asked = Instant::now();
    while !holds() {
        assert!(asked.elapsed() < Duration::from_secs(30), "after 30 s still not: {what}");
        thread::park_timeout(Duration::from_millis(20));
    }
}

fn runs(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

#[test]
fn a_new_folder_becomes_a_cluster_and_the_next_start_finds_it() {
    let folder = Folder::new("cold");
    let asked = Instant::now();
    let cluster = Embedded::start(&folder.config()).unwrap();
    let cold = asked.elapsed();
    assert!(answers(&cluster));
    assert!(cluster.admin_url().starts_with("postgres://itsudemo@/itsudemo?host=%2F"), "{}", cluster.admin_url());
    assert!(cluster.url_for("itsudemo_app", "itsudemo").contains("itsudemo_app@/itsudemo?host="));
    let mode = fs::metadata(cluster.socket_dir()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "nobody else may reach a socket that asks for no password");
    let pid = cluster.pid().unwrap();
    cluster.stop();
    assert!(!runs(pid), "stop returns only when PostgreSQL has ended");

    let asked = Instant::now();
    let cluster = Embedded::start(&folder.config()).unwrap();
    println!("cold start {cold:?}, second start {:?}", asked.elapsed());
    assert!(answers(&cluster));
}

#[test]
fn a_second_start_on_one_folder_says_who_holds_it() {
    let folder = Folder::new("twice");
    let _first = Embedded::start(&folder.config()).unwrap();
    let refused = Embedded::start(&folder.config()).unwrap_err();
    assert!(
        matches!(&refused, EmbeddedError::InUse { pid, .. } if *pid == std::process::id().to_string()),
        "{refused}"
    );
    assert!(refused.to_string().contains("--data"), "the text says what to do: {refused}");
}

#[test]
fn a_cluster_of_another_major_version_is_refused_untouched() {
    let folder = Folder::new("major");
    let data = folder.0.join("pg/data");
    fs::create_dir_all(&data).unwrap();
    fs::write(data.join("PG_VERSION"), "9.6\n").unwrap();
    let refused = Embedded::start(&folder.config()).unwrap_err();
    assert!(matches!(&refused, EmbeddedError::OtherMajor { cluster, .. } if cluster == "9.6"), "{refused}");
    assert_eq!(fs::read_to_string(data.join("PG_VERSION")).unwrap(), "9.6\n");
}

#[test]
fn a_machine_without_postgresql_is_told_how_to_get_it() {
    let folder = Folder::new("none");
    let config = EmbeddedConfig { bin_dir: Some(folder.0.clone()), ..folder.config() };
    let refused = Embedded::start(&config).unwrap_err();
    assert!(matches!(refused, EmbeddedError::NotFound));
    assert!(refused.to_string().contains("apt-get install postgresql"), "{refused}");
}

#[test]
fn a_wrong_setting_is_reported_with_the_servers_own_words() {
    let folder = Folder::new("setting");
    let config = EmbeddedConfig { settings: vec![("shared_buffers".into(), "much".into())], ..folder.config() };
    let refused = Embedded::start(&config).unwrap_err();
    assert!(matches!(&refused, EmbeddedError::Start { log, .. } if log.contains("shared_buffers")), "{refused}");
}

#[test]
fn an_interrupted_first_start_leaves_nothing_in_the_way() {
    let folder = Folder::new("interrupted");
    fs::create_dir_all(folder.0.join("pg/data.tmp/base")).unwrap();
    assert!(answers(&Embedded::start(&folder.config()).unwrap()));
}

#[test]
fn a_folder_the_postgres_account_cannot_enter_is_named() {
    if !Path::new("/proc/self/status").exists() || !am_root() {
        return;
    }
    let folder = Folder::new("closed");
    fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o700)).unwrap();
    let refused = Embedded::start(&folder.config()).unwrap_err();
    assert!(
        matches!(&refused, EmbeddedError::ParentClosed { parent, .. } if parent.ends_with(folder.0.file_name().unwrap())),
        "{refused}"
    );
}

#[test]
fn postgresql_killed_under_us_is_started_again() {
    let folder = Folder::new("revive");
    let cluster = Embedded::start(&folder.config()).unwrap();
    let pid = cluster.pid().unwrap();
    kill(pid);
    eventually("a new PostgreSQL answers", || {
        cluster.pid().is_some_and(|now| now != pid && runs(now)) && answers(&cluster)
    });
}

/// Not a test by itself: the process that `a_killed_server_takes_postgresql_with_it` kills.
#[test]
fn victim() {
    let Some(folder) = env::var_os("ITSUDEMO_TEST_VICTIM") else { return };
    let config = EmbeddedConfig { data_dir: folder.into(), fast: true, ..EmbeddedConfig::default() };
    // from a thread that ends, as a blocking pool's would: PostgreSQL must outlive it
    let cluster = thread::spawn(move || Embedded::start(&config)).join().unwrap().unwrap();
    thread::park_timeout(Duration::from_secs(60));
    drop(cluster);
}

#[test]
fn a_killed_server_takes_postgresql_with_it_and_the_next_one_starts() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let folder = Folder::new("orphan");
    let mut server = Command::new(env::current_exe().unwrap())
        .args(["victim", "--exact", "--nocapture"])
        .env("ITSUDEMO_TEST_VICTIM", folder.config().data_dir)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let written = folder.0.join("pg/data/postmaster.pid");
    let ready = || fs::read_to_string(&written).is_ok_and(|text| text.contains("ready"));
    eventually("PostgreSQL is ready", ready);
    let pid: u32 = fs::read_to_string(&written).unwrap().lines().next().unwrap().parse().unwrap();
    thread::park_timeout(Duration::from_millis(300));
    assert!(runs(pid), "PostgreSQL outlives the thread that asked for it");
    server.kill().unwrap();
    server.wait().unwrap();
    // at once, while the old PostgreSQL may still be stopping
    let cluster = Embedded::start(&folder.config()).unwrap();
    assert!(!runs(pid) && answers(&cluster));
}

fn kill(pid: u32) {
    assert!(Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap().success());
}

fn am_root() -> bool {
    fs::read_to_string("/proc/self/status").unwrap().lines().any(|line| line.starts_with("Uid:\t0"))
}
