//! What is free, as a process remembers it.

use std::sync::atomic::{AtomicU32, Ordering};

use time::macros::datetime;
use uuid::Uuid;

use api::ticket::snapshot::{Answer, Key, Snapshots, View};
use kernel::{
    Instant,
    ids::{PerformanceId, TenantId},
};

const NOON: Instant = datetime!(2026-11-22 12:00 UTC);

fn key(tenant: u128) -> Key {
    (TenantId::from_uuid(Uuid::from_u128(tenant)), PerformanceId::from_uuid(Uuid::from_u128(9)), View::Seats)
}

async fn ask(snapshots: &Snapshots, reads: &AtomicU32, tenant: u128, after: i64, fresh: bool) -> String {
    let now = NOON + time::Duration::milliseconds(after);
    let read = async {
        tokio::task::yield_now().await;
        let body = reads.fetch_add(1, Ordering::Relaxed).to_string();
        Ok(Answer { version: String::new(), body })
    };
    snapshots.answer(key(tenant), now, fresh, read).await.unwrap().body.clone()
}

#[tokio::test]
async fn an_answer_is_given_again_for_half_a_second_and_to_its_own_tenant_only() {
    let (snapshots, reads) = (Snapshots::default(), AtomicU32::new(0));
    assert_eq!(ask(&snapshots, &reads, 1, 0, false).await, "0");
    assert_eq!(ask(&snapshots, &reads, 1, 499, false).await, "0");
    assert_eq!(ask(&snapshots, &reads, 2, 0, false).await, "1");
    assert_eq!(ask(&snapshots, &reads, 1, 500, false).await, "2");
    assert_eq!(ask(&snapshots, &reads, 1, 499, false).await, "3", "never from later than the request");
    assert_eq!(ask(&snapshots, &reads, 1, 499, true).await, "4", "asked afresh");
}

#[tokio::test]
async fn of_many_who_ask_at_once_one_reads() {
    let (snapshots, reads) = (Snapshots::default(), AtomicU32::new(0));
    let asks = (0..50).map(|_| ask(&snapshots, &reads, 1, 0, false));
    let answers = futures_util::future::join_all(asks).await;
    assert!(answers.iter().all(|answer| answer == "0"), "{answers:?}");
}
