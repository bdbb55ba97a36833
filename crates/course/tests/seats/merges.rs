//! 名寄せ while something of an application moves: it speaks of whoever is left, whichever comes first.

use std::collections::BTreeMap;

use course::{
    application::{self, Assessed, Snapshot},
    people::{self, MergeError},
    seats::{self, Leaving, Way},
};
use testkit::MORNING;
use tokio::sync::Notify;

use crate::{ask, class, class_id, crowd::priced, entry, house, person, promises::none_broken, tx};

#[tokio::test(flavor = "multi_thread")]
async fn who_is_merged_while_another_leaves_the_party_is_found_in_it_under_the_id_that_is_left() {
    let test = house(4).await;
    class(&test, 1, 3, "strict_head").await;
    let (tenant, key) = (test.twins.first.tenant, test.seal());
    let judged = |n| Assessed { person: person(n), tier: 0, rules: Vec::new(), alike: Vec::new() };
    let snapshot = Snapshot { people: vec![judged(1), judged(2)], facts: BTreeMap::new() };
    let mut entry = entry(1, &[1, 2], 0, Way::FirstCome);
    priced(&mut entry, 5_000);
    entry.snapshot = Some(snapshot.seal(&key, tenant, entry.id).unwrap());
    let party = ask(&test, &entry, MORNING).await.unwrap().application;

    let (handed_over, waited_for) = (Notify::new(), Notify::new());
    let merge = async {
        tx!(test, |tx| {
            people::merge(tx, &key, person(1), person(9), MORNING).await?;
            handed_over.notify_one();
            waited_for.notified().await;
            Ok::<_, MergeError>(())
        })
    };
    let leave = async {
        handed_over.notified().await;
        let leaving = Leaving { people: &[person(2)], households: &[] };
        tx!(test, |tx| seats::leave_in_part(tx, &key, (class_id(1), party), leaving, MORNING).await)
    };
    let wait = async {
        test.until_somebody_waits().await;
        waited_for.notify_one();
    };
    let (merged, left, ()) = tokio::join!(merge, leave, wait);
    merged.unwrap();
    left.unwrap();

    let found = tx!(test, |tx| application::find(tx, party).await).unwrap();
    let kept = Snapshot::open(&key, tenant, &found.application).unwrap();
    assert!(kept.assessed(person(9)).is_some() && kept.assessed(person(1)).is_none());
    let charged: Vec<_> = found.application.lines().iter().map(|line| line.person).collect();
    assert_eq!((charged, found.people.len()), (vec![Some(person(9))], 1));
    none_broken(&test).await;
}
