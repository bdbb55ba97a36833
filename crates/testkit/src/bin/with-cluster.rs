//! `with-cluster COMMAND ARGS…`: runs a command beside a PostgreSQL that all its test processes share.
#![allow(clippy::expect_used)]

use std::{
    env,
    process::{Command, ExitCode},
};

use testkit::{Cluster, cluster};

fn main() -> ExitCode {
    let mut words = env::args_os().skip(1);
    let Some(program) = words.next() else {
        eprintln!("usage: with-cluster COMMAND [ARGUMENT …]");
        return ExitCode::from(2);
    };
    let shared = Cluster::start();
    let status = Command::new(program)
        .args(words)
        .env(cluster::SOCKET, shared.socket())
        .env(cluster::FOLDER, shared.folder())
        .status()
        .expect("the command starts");
    let folder = shared.folder().to_owned();
    drop(shared);
    let _ = std::fs::remove_dir_all(folder);
    ExitCode::from(u8::try_from(status.code().unwrap_or(1)).unwrap_or(1))
}
