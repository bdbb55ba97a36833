//! Who acts for whom, and persons who turn out to be one.

use std::collections::BTreeMap;

use kernel::{
    Service,
    ids::{PatronId, PersonId},
};
use patron::{
    Details,
    fact::{FactError, FactValue, Seen},
    group::{self, GroupRole},
    household,
    person::{self, Hand, Person, PersonChange, PersonDraft, PersonError, PersonFilter},
    register::{self, Change},
};
use testkit::{MORNING, TestDb};
use time::macros::date;

use crate::office::{Office, claim, code, draft};

#[tokio::test(flavor = "multi_thread")]
async fn a_patron_is_one_person_from_the_first_use_on_whoever_asks_first() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let patron = office.patron("山田 太郎").await;
    let (one, other) = tokio::join!(office.of_self(patron), office.of_self(patron));
    assert_eq!(one, other);
    assert_eq!(office.of_self(patron).await, one);
    assert_eq!(office.view(one, Hand::Own(patron)).await.unwrap().details.name.as_deref(), Some("山田 太郎"));

    let keys = office.keys();
    let change = Change { name: Some(Some("山田 太朗".into())), ..Change::default() };
    let core = test.scope(Service::Core);
    let work = async |tx: &mut _| register::update(tx, keys, patron, change.clone(), None, MORNING).await;
    test.db.tenant(&core, work).await.unwrap();
    assert_eq!(office.view(one, Hand::Office).await.unwrap().details.name.as_deref(), Some("山田 太朗"));
    let change = PersonChange { name: Some(Some("別人".into())), ..PersonChange::default() };
    assert!(matches!(office.update(one, Hand::Office, change).await, Err(PersonError::IsPatron(who)) if who == patron));
    let born = PersonChange { birth_date: Some(Some(date!(1980 - 05 - 05))), ..PersonChange::default() };
    assert_eq!(office.update(one, Hand::Own(patron), born).await.unwrap().birth_date, Some(date!(1980 - 05 - 05)));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_guardians_and_the_staff_see_a_child() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let (mother, stranger) = (office.patron("山田 花子").await, office.patron("鈴木 一郎").await);
    let child = office.add(mother, draft("山田 葵", Some(date!(2016 - 04 - 01)))).await.unwrap().id;
    let own = office.of_self(mother).await;
    assert!(office.view(child, Hand::Own(mother)).await.is_ok());
    assert!(office.view(child, Hand::Office).await.is_ok());
    assert!(matches!(office.view(child, Hand::Own(stranger)).await, Err(PersonError::Absent)));
    let change = PersonChange { birth_date: Some(None), ..PersonChange::default() };
    assert!(matches!(office.update(child, Hand::Own(stranger), change).await, Err(PersonError::Absent)));
    let said = office.claim(claim(child, "residence", code("city"), None), Hand::Own(stranger)).await;
    assert!(matches!(said, Err(FactError::Person(PersonError::Absent))));

    office.acts(mother, &[child, own]).await.unwrap();
    let nobody = PersonId::new(MORNING);
    let refused = office.acts(stranger, &[child, nobody]).await;
    assert!(matches!(refused, Err(PersonError::NotYours(whom)) if whom == [child, nobody]));

    let neighbour = Office::of(&test, test.neighbour(Service::Course));
    assert!(matches!(neighbour.view(child, Hand::Office).await, Err(PersonError::Absent)));
    assert_eq!(neighbour.facts(&[child], date!(2026 - 11 - 23)).await, []);

    office.release(mother, child).await.unwrap();
    assert!(matches!(office.view(child, Hand::Own(mother)).await, Err(PersonError::Absent)));
    assert!(matches!(office.release(mother, own).await, Err(PersonError::IsSelf)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_household_is_that_of_the_first_guardian_and_letters_go_to_oneself_or_to_them() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let (mother, father) = (office.patron("山田 花子").await, office.patron("山田 太郎").await);
    let first = office.add(mother, draft("山田 葵", None)).await.unwrap().id;
    let second = office.add(mother, draft("山田 蓮", None)).await.unwrap().id;
    office.guard(father, first).await.unwrap();
    assert!(matches!(office.guard(father, first).await, Err(PersonError::ActsAlready)));
    assert!(matches!(office.guard(PatronId::new(MORNING), first).await, Err(PersonError::NoSuchPatron)));
    let (own, alone) = (office.of_self(mother).await, office.person(draft("鈴木 一郎", None)).await);
    let asked = [first, second, own, alone, PersonId::new(MORNING)];
    let homes = test.db.read(&office.scope, async |tx| person::household_of(tx, &asked).await).await.unwrap();
    assert_eq!((homes.len(), homes[&first], homes[&own]), (4, homes[&second], homes[&second]));
    assert_ne!(homes[&alone], homes[&own]);
    let letters = test.db.read(&office.scope, async |tx| person::letters_to(tx, &asked).await).await.unwrap();
    assert_eq!(letters, BTreeMap::from([(first, mother), (second, mother), (own, mother)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_household_never_grows_past_its_limit_however_many_are_added_at_once() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let patron = office.patron("山田 花子").await;
    for _ in 0..household::MOST - 1 {
        office.add(patron, draft("子", None)).await.unwrap();
    }
    let add = || office.add(patron, draft("最後の子", None));
    let (one, two, three) = tokio::join!(add(), add(), add());
    let full = |added: &Result<Person, PersonError>| matches!(added, Err(PersonError::HouseholdFull { most: 20 }));
    let added = [one, two, three];
    assert_eq!(added.iter().filter(|added| added.is_ok()).count(), 1);
    assert_eq!(added.iter().filter(|added| full(added)).count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merged_person_answers_for_the_one_who_is_left_with_guardians_and_the_better_facts() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let (mother, father) = (office.patron("山田 花子").await, office.patron("山田 太郎").await);
    let counter = PersonDraft {
        details: Details {
            name: Some("ヤマダ アオイ".into()),
            kana: Some("やまだ あおい".into()),
            ..Details::default()
        },
        birth_date: Some(date!(2016 - 04 - 01)),
    };
    let (gone, kept) = (office.person(counter).await, office.add(mother, draft("山田 葵", None)).await.unwrap().id);
    office.guard(mother, gone).await.unwrap();
    office.guard(father, gone).await.unwrap();
    let seen = Some(Seen { expires_on: Some(date!(2027 - 04 - 01)) });
    office.claim(claim(gone, "residence", code("city"), seen), Hand::Office).await.unwrap();
    office.claim(claim(kept, "residence", code("outside"), None), Hand::Own(mother)).await.unwrap();
    office.claim(claim(kept, "work_in_city", FactValue::Yes(false), None), Hand::Own(mother)).await.unwrap();

    assert!(matches!(office.merge(kept, kept).await, Err(PersonError::SamePerson)));
    let after = office.merge(gone, kept).await.unwrap();
    assert_eq!((after.id, after.birth_date), (kept, Some(date!(2016 - 04 - 01))));
    assert!(matches!(office.merge(gone, kept).await, Err(PersonError::Merged(into)) if into == kept));
    assert_eq!(office.view(gone, Hand::Own(father)).await.unwrap().id, kept);
    office.acts(father, &[gone, kept]).await.unwrap();
    assert_eq!(office.found(PersonFilter { kana: Some("ヤマダアオイ"), ..PersonFilter::default() }).await, [kept]);

    let known = office.facts(&[gone, kept], date!(2026 - 12 - 01)).await;
    assert_eq!((known[0].person, known[0].resolved, known[1].person), (gone, kept, kept));
    assert_eq!(known[0].facts, known[1].facts);
    assert_eq!((&known[0].facts["residence"].value, known[0].facts["residence"].proven()), (&code("city"), true));
    assert_eq!(known[0].facts["work_in_city"].value, FactValue::Yes(false));
    let keys = office.keys();
    let names = test.db.read(&office.scope, async |tx| person::names(tx, keys, &[gone]).await).await.unwrap();
    assert_eq!((names[&gone].person, names[&gone].name.as_str()), (kept, "山田 葵"));

    let third = office.person(draft("山田 あおい", None)).await;
    office.merge(kept, third).await.unwrap();
    assert_eq!(office.view(gone, Hand::Office).await.unwrap().id, third, "an old id stays one step away");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_not_abandoned_when_its_representative_turns_out_to_be_another_of_its_members() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let patron = office.patron("山田 花子").await;
    let group = office.group(patron).await;
    let (represents, double) = (office.of_self(patron).await, office.person(draft("ヤマダ ハナコ", None)).await);
    office.join(group, double, GroupRole::Contact).await;
    office.merge(represents, double).await.unwrap();
    let roster = office.roster(group).await;
    let [only] = roster.as_slice() else { panic!("{roster:?}") };
    assert_eq!((only.name.person, only.role, only.acts), (double, GroupRole::Representative, true));
    assert!(test.db.read(&office.scope, async |tx| group::acts_for(tx, patron, group).await).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_id_of_a_merged_person_also_takes_them_out_of_a_household_and_off_a_roster() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let mother = office.patron("山田 花子").await;
    let (old, kept) = (office.person(draft("ヤマダ アオイ", None)).await, office.person(draft("山田 葵", None)).await);
    office.guard(mother, old).await.unwrap();
    let group = office.group(mother).await;
    office.join(group, old, GroupRole::Member).await;
    let own = office.of_self(mother).await;
    let double = office.person(draft("ヤマダ ハナコ", None)).await;
    office.merge(old, kept).await.unwrap();
    office.merge(double, own).await.unwrap();

    assert!(matches!(office.release(mother, double).await, Err(PersonError::IsSelf)));
    office.release(mother, old).await.unwrap();
    assert!(matches!(office.view(kept, Hand::Own(mother)).await, Err(PersonError::Absent)));
    let (core, whose) = (test.scope(Service::Core), (group, Hand::Office));
    let leave = async |tx: &mut _| group::leave(tx, whose, old, MORNING).await;
    test.db.tenant(&core, leave).await.unwrap();
    assert_eq!(office.roster(group).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_turns_out_to_be_a_patron_is_called_as_the_patron_is() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let patron = office.patron("山田 花子").await;
    let own = office.of_self(patron).await;
    let details =
        Details {
            name: Some("ヤマダ ハナコ".into()), kana: Some("やまだ はなこ".into()), ..Details::default()
        };
    let counter = office.person(PersonDraft { details, birth_date: None }).await;
    let after = office.merge(own, counter).await.unwrap();
    assert_eq!((after.id, after.details.name.as_deref()), (counter, Some("山田 花子")));
    assert_eq!(after.details.kana.as_deref(), Some("やまだ はなこ"), "what the patron did not say is taken over");
    assert_eq!(office.found(PersonFilter { kana: Some("ヤマダハナコ"), ..PersonFilter::default() }).await, [counter]);
    let late = office.person(draft("ヤマダ", None)).await;
    assert_eq!(office.merge(late, counter).await.unwrap().details.name.as_deref(), Some("山田 花子"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_merges_at_once_never_make_a_circle() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    for _ in 0..5 {
        let (one, other) = (office.person(draft("甲", None)).await, office.person(draft("乙", None)).await);
        let (there, back) = tokio::join!(office.merge(one, other), office.merge(other, one));
        assert!(there.is_ok() != back.is_ok(), "{there:?} {back:?}");
        assert_eq!(
            office.view(one, Hand::Office).await.unwrap().id,
            office.view(other, Hand::Office).await.unwrap().id
        );
    }
}
