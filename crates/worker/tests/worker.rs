//! The worker against a real PostgreSQL: it seals what was told, survives its jobs and ends in order.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "../../audit/tests/common/mod.rs"]
mod common;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use audit::verify::Why;
use common::{House, NOW, scope};
use custody::Keyring;
use db::Fault;
use kernel::Clock;
use tokio::sync::Notify;
use worker::{Job, Sealing, Stuck, Tools, Worker, sealing::witnesses};

/// A folder that is gone after the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("itsudemo-worker-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn tools(house: &House, folder: &Folder) -> Tools {
    let keys = Keyring::open_or_create(folder.0.join("keys")).unwrap();
    Tools { db: house.db.clone(), clock: Clock::manual(NOW), keys }
}

/// Counts its runs; what it does in each is up to the test.
struct Counting<F>(Arc<AtomicUsize>, &'static str, F);

impl<F: Fn(usize) -> Result<usize, Fault> + Send + Sync + 'static> Job for Counting<F> {
    fn name(&self) -> &'static str {
        self.1
    }

    fn pause(&self) -> Duration {
        Duration::from_millis(1)
    }

    async fn run_once(&self, _: &Tools) -> Result<usize, Fault> {
        (self.2)(self.0.fetch_add(1, Ordering::SeqCst) + 1)
    }
}

#[tokio::test]
async fn the_worker_seals_every_tenants_journal_and_keeps_checkpoints_outside() {
    let (house, folder) = (House::new().await, Folder::new("seals"));
    house.tell(house.tenant, 2_500).await;
    house.tell(house.neighbour, 3).await;
    let tools = tools(&house, &folder);
    let worker = Worker::new(tools.clone()).with(Sealing::new().with_witness(folder.0.join("notes")));
    worker.run_until_idle().await.unwrap();
    assert_eq!(house.count("SELECT count(*) AS n FROM audit.outbox").await, 0);
    tools.clock.advance(time::Duration::minutes(10));
    worker.run_until_idle().await.unwrap();

    let keys = [audit::Signer::new(tools.keys.journal_signing()).verifying_key()];
    let kept = witnesses(&folder.0.join("notes"), house.tenant).unwrap();
    let notes: Vec<&str> = kept.iter().map(String::as_str).collect();
    let report = audit::verify_database(&house.db, &scope(house.tenant), &keys, &notes).await.unwrap();
    assert_eq!((report.entries, report.unsigned, notes.len()), (2_500, 0, 3));
    let theirs = audit::verify_database(&house.db, &scope(house.neighbour), &keys, &[]).await.unwrap();
    assert_eq!(theirs.entries, 3);

    // a superuser cuts the journal back to its first checkpoint, tree and all; only the witness can tell
    house
        .as_superuser(
            "DELETE FROM audit.log WHERE seq > 1000; DELETE FROM audit.checkpoints WHERE number > 1; \
                        UPDATE audit.tree_heads SET size = 1000, signed_size = 1000",
        )
        .await;
    assert!(audit::verify_database(&house.db, &scope(house.tenant), &keys, &[]).await.is_ok());
    match audit::verify_database(&house.db, &scope(house.tenant), &keys, &notes).await {
        Err(audit::verify::VerifyError::Bad(bad)) => {
            assert_eq!((bad.seq, bad.why), (1_001, Why::Missing { size: 2_500 }));
        }
        other => panic!("the cut went unseen: {other:?}"),
    }
}

#[tokio::test]
async fn a_journal_that_was_tampered_with_does_not_hold_up_the_others() {
    let (house, folder) = (House::new().await, Folder::new("tampered"));
    let worker = Worker::new(tools(&house, &folder)).with(Sealing::new());
    house.tell(house.tenant, 5).await;
    worker.run_until_idle().await.unwrap();
    house.as_superuser("DELETE FROM audit.log WHERE seq = 5").await;
    house.tell(house.tenant, 1).await;
    house.tell(house.neighbour, 1).await;
    worker.run_until_idle().await.unwrap();
    let sealed = format!("SELECT count(*) AS n FROM audit.log WHERE tenant_id = '{}'", house.neighbour.uuid());
    assert_eq!(house.count(&sealed).await, 1);
    assert_eq!(house.count("SELECT count(*) AS n FROM audit.outbox").await, 1);
}

#[tokio::test]
async fn a_job_that_panics_or_fails_stops_no_other_and_is_tried_again() {
    let (house, folder) = (House::new().await, Folder::new("panics"));
    let (panics, fails, works) = <(Arc<AtomicUsize>, Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
    let again = Arc::new(Notify::new());
    let told = again.clone();
    let seen = (panics.clone(), fails.clone());
    let worker = Worker::new(tools(&house, &folder))
        .with(Counting(panics.clone(), "panics", |_| panic!("on purpose")))
        .with(Counting(fails.clone(), "fails", |_| Err(Fault::Unexpected("on purpose"))))
        .with(Counting(works.clone(), "works", move |_| {
            if seen.0.load(Ordering::SeqCst) >= 2 && seen.1.load(Ordering::SeqCst) >= 2 {
                told.notify_one();
            }
            Ok(0)
        }));
    let all = worker.run(async move { again.notified().await });
    tokio::time::timeout(Duration::from_secs(30), all).await.unwrap();
    assert!(works.load(Ordering::SeqCst) > 2);
}

#[tokio::test]
async fn an_orderly_end_lets_a_job_finish_and_starts_no_other_run() {
    struct Slow(Arc<Notify>, Arc<Notify>, Arc<AtomicUsize>);
    impl Job for Slow {
        fn name(&self) -> &'static str {
            "slow"
        }
        async fn run_once(&self, _: &Tools) -> Result<usize, Fault> {
            self.0.notify_one();
            self.1.notified().await;
            self.2.fetch_add(1, Ordering::SeqCst);
            Ok(1)
        }
    }
    let (house, folder) = (House::new().await, Folder::new("ends"));
    let (begun, go_on, finished) = <(Arc<Notify>, Arc<Notify>, Arc<AtomicUsize>)>::default();
    let worker = Worker::new(tools(&house, &folder)).with(Slow(begun.clone(), go_on.clone(), finished.clone()));
    let running = tokio::spawn(worker.run(async move { begun.notified().await }));
    tokio::task::yield_now().await;
    assert!(!running.is_finished());
    go_on.notify_one();
    tokio::time::timeout(Duration::from_secs(30), running).await.unwrap().unwrap();
    assert_eq!(finished.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn running_until_idle_counts_what_was_done_and_names_the_job_that_is_stuck() {
    let (house, folder) = (House::new().await, Folder::new("idle"));
    let three = |run: usize| Ok(usize::from(run <= 3));
    let worker = Worker::new(tools(&house, &folder)).with(Counting(Arc::default(), "three", three));
    assert_eq!(worker.run_until_idle().await.unwrap().done, 3);
    let worker = worker.with(Counting(Arc::default(), "bad", |_| Err(Fault::Unavailable)));
    assert!(matches!(worker.run_until_idle().await, Err(Stuck::Failed { job: "bad", .. })));
}
