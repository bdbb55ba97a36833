//! What the measured halves of `make bench` share: figures, and PostgreSQL alone.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::print_stdout
)]

use std::{process::Command, time::Duration};

use crate::rig::Rig;

/// What one kind of work came to.
pub struct Figures {
    name: String,
    per_second: f64,
    /// What was tried, refused or not.
    tries: f64,
    p50: Duration,
    p99: Duration,
    refused: u64,
    /// Processor time for one unit of work, in the server and in its PostgreSQL.
    cpu: [Duration; 2],
}

impl Figures {
    /// `used`: processor time of server and PostgreSQL before and after.
    pub fn of(name: &str, mut times: Vec<Duration>, refused: u64, elapsed: Duration, used: [[Duration; 2]; 2]) -> Self {
        let [before, after] = used;
        let each = u32::try_from(times.len()).unwrap().max(1);
        let cpu = [0, 1].map(|which| after[which].saturating_sub(before[which]) / each);
        times.sort_unstable();
        let at = |share: f64| times.get(((times.len() as f64) * share) as usize).copied().unwrap_or_default();
        let per_second = times.len() as f64 / elapsed.as_secs_f64();
        let tries = per_second + refused as f64 / elapsed.as_secs_f64();
        Self { name: name.to_owned(), per_second, tries, p50: at(0.5), p99: at(0.99), refused, cpu }
    }

    /// One line, with the share of what PostgreSQL alone does.
    pub fn print(&self, raw: Option<f64>) {
        let ratio = raw.map_or(String::new(), |raw| format!("   {:>4.0} % of raw", self.per_second / raw * 100.0));
        println!(
            "{:<44} {:>7.0} /s   p50 {:>6.1} ms   p99 {:>6.1} ms   CPU {:>5.2} + {:>5.2} ms   refused {}{ratio}",
            self.name,
            self.per_second,
            self.p50.as_secs_f64() * 1e3,
            self.p99.as_secs_f64() * 1e3,
            self.cpu[0].as_secs_f64() * 1e3,
            self.cpu[1].as_secs_f64() * 1e3,
            self.refused
        );
    }

    /// Two lines for what most are refused who try: what is tried and what is had, each with the share of what PostgreSQL alone does.
    pub fn print_tries(&self, raw: &Tries) {
        self.print(None);
        let share = |own: f64, raw: f64| own / raw * 100.0;
        println!(
            "{:<44} {:>7.0} /s tried   {:>4.0} % of raw   {:>7.0} /s had   {:>4.0} % of raw",
            "",
            self.tries,
            share(self.tries, raw.tried),
            self.per_second,
            share(self.per_second, raw.had)
        );
    }
}

/// What PostgreSQL alone does a second of something that few get.
pub struct Tries {
    pub tried: f64,
    pub had: f64,
}

/// How long each kind of work is measured: `BENCH_SECONDS`.
pub fn seconds() -> u64 {
    std::env::var("BENCH_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(8)
}

/// For how many seconds PostgreSQL alone is measured.
pub fn raw_seconds() -> u64 {
    seconds().min(5)
}

/// Scripts a second by pgbench, prepared, as the administrator on the private socket.
pub fn pgbench(rig: &Rig, script: &str, clients: usize) -> f64 {
    let file = rig.folder().join("raw.sql");
    std::fs::write(&file, script).unwrap();
    let tool = [
        "/usr/lib/postgresql/17/bin/pgbench",
        "/usr/lib/postgresql/16/bin/pgbench",
        "/usr/lib/postgresql/15/bin/pgbench",
    ]
    .into_iter()
    .find(|path| std::path::Path::new(path).exists())
    .unwrap_or("pgbench");
    let output = Command::new(tool)
        .args([
            "-n",
            "-M",
            "prepared",
            "-U",
            "itsudemo",
            "-c",
            &clients.to_string(),
            "-j",
            "2",
            "-T",
            &raw_seconds().to_string(),
        ])
        .arg("-h")
        .arg(rig.socket())
        .arg("-f")
        .arg(&file)
        .arg("itsudemo")
        .output()
        .expect("pgbench runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text
        .lines()
        .find(|line| line.starts_with("tps"))
        .unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&output.stderr)));
    line.split_whitespace().nth(2).and_then(|word| word.parse().ok()).unwrap_or(0.0)
}
