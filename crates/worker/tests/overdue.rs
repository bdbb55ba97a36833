//! What was not paid in time is tidied up, in every tenant.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use billing::{BillDraft, BillState, LineDraft, Subject, bill};
use kernel::{Scope, Service, Yen, ids::BillId};
use tariff::{Rounding, TaxRate};
use testkit::{Cluster, MORNING, TestDb, Twins};
use time::Duration;
use worker::{Idle, Overdue, Tools, Worker};

async fn open(test: &TestDb, scope: Scope) -> BillId {
    let draft = BillDraft {
        subject: Subject::new("core.test", BillId::new(MORNING).uuid()),
        payer: None,
        channel: "web".into(),
        rounding: Rounding::Down,
        lines: vec![LineDraft::listed("年会費", 1, Yen(1_000), TaxRate::Standard, "prl_1")],
        due_at: Some(MORNING + Duration::hours(1)),
    };
    test.db.tenant(&scope, async |tx| bill::open(tx, &draft, MORNING).await).await.unwrap().id
}

#[tokio::test(flavor = "multi_thread")]
async fn bills_of_every_tenant_are_cancelled_when_their_time_is_over() {
    let test = TestDb::new().await;
    let scopes = [test.scope(Service::Core), test.neighbour(Service::Core)];
    let bills = [open(&test, scopes[0]).await, open(&test, scopes[1]).await];
    let clock = testkit::clock();
    let keys = Twins::keyring(Cluster::shared());
    let worker = Worker::new(Tools { db: test.db.clone(), clock: clock.clone(), keys }).with(Overdue);
    assert_eq!(worker.run_until_idle().await.unwrap(), Idle { done: 0 });
    clock.advance(Duration::hours(1));
    assert_eq!(worker.run_until_idle().await.unwrap(), Idle { done: 2 });
    for (scope, id) in scopes.iter().zip(bills) {
        let bill = test.db.read(scope, async |tx| bill::find(tx, id).await).await.unwrap().unwrap();
        assert_eq!(bill.state, BillState::Cancelled);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_that_cannot_be_called_off_holds_up_no_other() {
    let test = TestDb::new().await;
    let (ours, theirs) = (test.scope(Service::Core), test.neighbour(Service::Core));
    let broken = open(&test, ours).await;
    // money that never came
    test.execute(&format!("UPDATE billing.bills SET paid = 1 WHERE id = '{}'", broken.uuid())).await;
    let bills = [(ours, broken), (ours, open(&test, ours).await), (theirs, open(&test, theirs).await)];
    let clock = testkit::clock();
    let keys = Twins::keyring(Cluster::shared());
    let worker = Worker::new(Tools { db: test.db.clone(), clock: clock.clone(), keys }).with(Overdue);
    clock.advance(Duration::hours(1));
    assert_eq!(worker.run_until_idle().await.unwrap(), Idle { done: 2 });
    let mut states = Vec::new();
    for (scope, id) in bills {
        states.push(test.db.read(&scope, async |tx| bill::find(tx, id).await).await.unwrap().unwrap().state);
    }
    assert_eq!(states, [BillState::Open, BillState::Cancelled, BillState::Cancelled]);
}
