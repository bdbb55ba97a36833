//! What was intended in two tenants goes out, and each journal says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::path::PathBuf;

use kernel::{Locale, Scope, Service, ids::MessageId};
use notice::{Intent, Sender, Template, message};
use testkit::{Cluster, MORNING, TestDb, Twins};
use worker::{Idle, Mail, Tools, Worker};

async fn intend(test: &TestDb, scope: Scope, fact: &str) -> MessageId {
    let keys = Twins::keyring(Cluster::shared()).tenant(scope.tenant()).unwrap();
    let intent = Intent {
        house: "みどり市文化会館",
        template: &Template::AlreadyRegistered,
        locale: Locale::Ja,
        to: "taro@example.jp",
        patron: None,
        fact,
    };
    let seal = &keys.seal;
    test.db.tenant(&scope, async |tx| message::intend(tx, seal, &intent, MORNING).await).await.unwrap().unwrap()
}

/// A worker whose mail lies in this folder.
fn postman(test: &TestDb, folder: &str) -> (Worker, PathBuf) {
    let folder = std::env::temp_dir().join(format!("itsudemo-worker-{folder}-{}", std::process::id()));
    let sender = Sender::configured(None, &folder, "no-reply@itsudemo.example.jp").unwrap();
    let tools = Tools { db: test.db.clone(), clock: testkit::clock(), keys: Twins::keyring(Cluster::shared()) };
    (Worker::new(tools).with(Mail::new(sender)), folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_every_tenant_are_delivered() {
    let test = TestDb::new().await;
    let (ours, theirs) = (test.scope(Service::Core), test.neighbour(Service::Core));
    intend(&test, ours, "patron.already_registered 1").await;
    intend(&test, theirs, "patron.already_registered 1").await;

    let (worker, folder) = postman(&test, "mail");
    assert_eq!(worker.run_until_idle().await.unwrap(), Idle { done: 2 });
    assert_eq!(worker.run_until_idle().await.unwrap(), Idle { done: 0 });
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2);
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_which_nothing_can_be_noted_holds_up_no_other() {
    let test = TestDb::new().await;
    let scope = test.scope(Service::Core);
    intend(&test, scope, "patron.already_registered 1").await;
    intend(&test, scope, "patron.already_registered 2").await;
    let noted = intend(&test, scope, "patron.already_registered 3").await.uuid();
    let stuck = format!("CHECK (id = '{noted}' OR state = 'queued')");
    test.execute(&format!("ALTER TABLE notice.messages ADD CONSTRAINT messages_stuck {stuck}")).await;

    let (worker, folder) = postman(&test, "stuck");
    assert_eq!(worker.run_until_idle().await.unwrap(), Idle { done: 3 });
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 3);
    std::fs::remove_dir_all(folder).unwrap();
}
