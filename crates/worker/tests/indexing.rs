//! Who was entered before there was an index is found in it, in every tenant.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use db::TenantTx;
use kernel::{Actor, Scope, Service, ids::PersonId};
use patron::{
    Details, Keys,
    newcomer::{self, NewcomerDraft},
    person::{self, Hand, PersonDraft},
};
use testkit::{Cluster, MORNING, TestDb, Twins};
use time::macros::date;
use worker::{Idle, Indexing, Tools, Worker};

fn draft(name: &str) -> PersonDraft {
    let details = Details { name: Some(name.into()), kana: Some("ヤマダハナコ".into()), ..Details::default() };
    PersonDraft { details, birth_date: Some(date!(2015 - 04 - 02)) }
}

/// Who is known at a tenant and may be the same as somebody of this name.
async fn alike(test: &TestDb, scope: &Scope, name: &str) -> Vec<PersonId> {
    let own = Twins::keyring(Cluster::shared()).tenant(scope.tenant()).unwrap();
    let keys = Keys { seal: &own.seal, index: &own.index };
    let by = (&Actor::System, Hand::Office);
    let newcomer =
        newcomer::check(NewcomerDraft { person: draft(name), claims: Vec::new() }, by, true, MORNING).unwrap();
    let asked = [newcomer];
    let found = test.db.read(scope, async |tx: &mut TenantTx| newcomer::alike(tx, keys, &asked).await).await.unwrap();
    found.into_iter().next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_entered_before_the_index_is_found_once_the_worker_has_been_there() {
    let test = TestDb::new().await;
    let scopes = [test.scope(Service::Core), test.neighbour(Service::Core)];
    let ring = Twins::keyring(Cluster::shared());
    let mut known = Vec::new();
    for scope in &scopes {
        let own = ring.tenant(scope.tenant()).unwrap();
        let keys = Keys { seal: &own.seal, index: &own.index };
        let work = async |tx: &mut TenantTx| person::create(tx, keys, draft("山田花子"), MORNING).await;
        known.push(test.db.tenant(scope, work).await.unwrap().id);
    }
    test.execute("UPDATE patron.persons SET name_birth_index = NULL, kana_birth_index = NULL, unindexed = true").await;
    for scope in &scopes {
        assert_eq!(alike(&test, scope, "山田花子").await, []);
    }

    let tools = Tools { db: test.db.clone(), clock: testkit::clock(), keys: ring };
    let worker = Worker::new(tools).with(Indexing);
    assert_eq!(worker.run_until_idle().await.unwrap(), Idle { done: 2 });
    for (scope, person) in scopes.iter().zip(&known) {
        assert_eq!(alike(&test, scope, "山田花子").await, [*person]);
        assert_eq!(alike(&test, scope, "山田華子").await, [*person], "the reading is enough");
    }
    assert_eq!(worker.run_until_idle().await.unwrap(), Idle { done: 0 });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_cannot_be_read_holds_up_no_other() {
    let test = TestDb::new().await;
    let scope = test.scope(Service::Core);
    let ring = Twins::keyring(Cluster::shared());
    let own = ring.tenant(scope.tenant()).unwrap();
    let keys = Keys { seal: &own.seal, index: &own.index };
    let mut known = Vec::new();
    for name in ["山田花子", "山田華子"] {
        let work = async |tx: &mut TenantTx| person::create(tx, keys, draft(name), MORNING).await;
        known.push(test.db.tenant(&scope, work).await.unwrap().id);
    }
    test.execute("UPDATE patron.persons SET name_birth_index = NULL, kana_birth_index = NULL, unindexed = true").await;
    test.execute(&format!("UPDATE patron.persons SET personal = '\\x00' WHERE id = '{}'", known[0].uuid())).await;

    let worker = Worker::new(Tools { db: test.db.clone(), clock: testkit::clock(), keys: ring }).with(Indexing);
    assert_eq!(worker.run_until_idle().await.unwrap(), Idle { done: 1 });
    assert_eq!(alike(&test, &scope, "山田花子").await, [known[1]]);
}
