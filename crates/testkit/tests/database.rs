//! The walls, seen from a test's own database.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use db::idempotency::{Ask, Claim, Stored, claim, remember};
use kernel::{SealKey, Service};
use testkit::{MORNING, TestDb};

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_remembered_for_its_tenant_alone() {
    let test = TestDb::new().await;
    let ask = Ask { scope: "x".into(), key: "k".into(), fingerprint: vec![1] };
    let stored = Stored { status: 201, location: None, etag: None, body: "{}".into(), request_id: "req_1".into() };
    let key = &SealKey::new([7; 32]);
    let (ours, theirs) = (test.scope(Service::Ticket), test.neighbour(Service::Ticket));
    let first = test
        .db
        .tenant(&ours, async |tx| {
            let found = claim(tx, &ask, key).await?;
            remember(tx, &ask, &stored, key, MORNING).await?;
            Ok::<_, db::Fault>(found)
        })
        .await
        .unwrap();
    assert_eq!(first, Claim::Fresh);
    let again = test.db.read(&ours, async |tx| claim(tx, &ask, key).await).await.unwrap();
    assert_eq!(again, Claim::Replay(stored.clone()));
    let other = Ask { fingerprint: vec![2], ..ask.clone() };
    assert_eq!(test.db.read(&ours, async |tx| claim(tx, &other, key).await).await.unwrap(), Claim::Reused);
    assert_eq!(test.db.read(&theirs, async |tx| claim(tx, &ask, key).await).await.unwrap(), Claim::Fresh);
}
