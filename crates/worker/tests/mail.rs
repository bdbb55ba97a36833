//! What was intended in two tenants goes out, and each journal says so.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use kernel::{Locale, Scope, Service};
use notice::{Intent, Sender, Template, message};
use testkit::{Cluster, MORNING, TestDb, Twins};
use worker::{Idle, Mail, Tools, Worker};

async fn intend(test: &TestDb, scope: Scope) {
    let keys = Twins::keyring(Cluster::shared()).tenant(scope.tenant()).unwrap();
    let intent = Intent {
        house: "みどり市文化会館",
        template: &Template::AlreadyRegistered,
        locale: Locale::Ja,
        to: "taro@example.jp",
        patron: None,
        fact: "patron.already_registered 1",
    };
    let seal = &keys.seal;
    test.db.tenant(&scope, async |tx| message::intend(tx, seal, &intent, MORNING).await).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_every_tenant_are_delivered() {
    let test = TestDb::new().await;
    let (ours, theirs) = (test.scope(Service::Core), test.neighbour(Service::Core));
    intend(&test, ours).await;
    intend(&test, theirs).await;

    let folder = std::env::temp_dir().join(format!("itsudemo-worker-mail-{}", std::process::id()));
    let sender = Sender::configured(None, &folder, "no-reply@itsudemo.example.jp").unwrap();
    let tools = Tools { db: test.db.clone(), clock: testkit::clock(), keys: Twins::keyring(Cluster::shared()) };
    let worker = Worker::new(tools).with(Mail::new(sender));
    assert_eq!(worker.run_until_idle().await.unwrap(), Idle { done: 2 });
    assert_eq!(worker.run_until_idle().await.unwrap(), Idle { done: 0 });
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2);
    std::fs::remove_dir_all(folder).unwrap();
}
