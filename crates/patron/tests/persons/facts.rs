//! What is claimed of persons and verified.

use patron::{
    fact::{self, Claim, FactError, Seen},
    person::{Hand, PersonChange},
};
use testkit::{MORNING, TestDb};
use time::{Duration, macros::date};

use crate::office::{Office, claim, code, draft};

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_counts_as_claimed_until_the_staff_has_seen_the_paper_and_the_history_stays() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let mother = office.patron("山田 花子").await;
    let child = office.add(mother, draft("山田 葵", Some(date!(2016 - 04 - 01)))).await.unwrap().id;
    let (keys, day) = (office.keys(), date!(2026 - 12 - 01));
    let pretends = claim(child, "residence", code("city"), Some(Seen::default()));
    let said = office.claim(pretends, Hand::Own(mother)).await.unwrap();
    assert_eq!(said.verified_at, None, "a patron verifies nothing");
    let again = office.claim(claim(child, "residence", code("city"), None), Hand::Own(mother)).await.unwrap();
    assert_eq!(again.id, said.id);
    assert!(!office.facts(&[child], day).await[0].facts["residence"].proven());

    let verify = async |seen| {
        let now = office.now();
        let work = async |tx: &mut _| fact::verify(tx, keys, (child, said.id), seen, now).await;
        test.db.tenant(&office.scope, work).await
    };
    let over = Seen { expires_on: Some(date!(2026 - 01 - 01)) };
    assert!(matches!(verify(over).await, Err(FactError::Expired)));
    let verified = verify(Seen { expires_on: Some(day) }).await.unwrap();
    assert!(verified.verified_by.is_some() && verified.verified_at.is_some());
    assert!(office.facts(&[child], date!(2026 - 11 - 30)).await[0].facts["residence"].proven());
    assert!(!office.facts(&[child], day).await[0].facts["residence"].proven());

    let paper = claim(child, "birth_date", code("2016-04-01"), Some(Seen::default()));
    office.claim(paper, Hand::Office).await.unwrap();
    let known = office.facts(&[child], date!(2026 - 04 - 01)).await.remove(0);
    assert_eq!((known.age, known.grade.unwrap().number(), known.grade_verified), (Some(10), 5, true));
    let moved = PersonChange { birth_date: Some(Some(date!(2016 - 04 - 02))), ..PersonChange::default() };
    office.update(child, Hand::Own(mother), moved).await.unwrap();
    let known = office.facts(&[child], date!(2026 - 04 - 01)).await.remove(0);
    assert_eq!((known.grade.unwrap().number(), known.birth_date_verified), (4, false));

    office.claim(claim(child, "residence", code("outside"), None), Hand::Own(mother)).await.unwrap();
    assert!(matches!(verify(Seen::default()).await, Err(FactError::Closed)));
    let view = async |tx: &mut _| fact::view(tx, keys, (child, Hand::Own(mother)), day, MORNING).await;
    let (_, history) = test.db.tenant(&office.scope, view).await.unwrap();
    let told: Vec<_> = history.iter().map(|fact| (fact.kind.as_str(), fact.closed_at.is_some())).collect();
    assert_eq!(told, [("residence", false), ("birth_date", false), ("residence", true)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_verified_counts_until_the_day_from_which_something_else_is_said_to_be_so() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let mother = office.patron("山田 花子").await;
    let child = office.add(mother, draft("山田 葵", None)).await.unwrap().id;
    let city = claim(child, "residence", code("city"), Some(Seen::default()));
    let city = office.claim(city, Hand::Office).await.unwrap();
    let (eve, day) = (date!(2027 - 03 - 31), date!(2027 - 04 - 01));
    let moves = Claim { as_of: Some(day), ..claim(child, "residence", code("outside"), None) };
    office.claim(moves, Hand::Own(mother)).await.unwrap();
    let lives = async |on| office.facts(&[child], on).await.remove(0).facts.remove("residence").unwrap();
    assert_eq!((lives(eve).await.value, lives(eve).await.proven()), (code("city"), true));
    assert_eq!((lives(day).await.value, lives(day).await.proven()), (code("outside"), false));
    let sooner = Claim { as_of: Some(date!(2027 - 03 - 01)), ..claim(child, "residence", code("outside"), None) };
    let moves = office.claim(sooner, Hand::Own(mother)).await.unwrap();
    assert!(lives(date!(2027 - 02 - 28)).await.proven());
    assert_eq!(lives(date!(2027 - 03 - 01)).await.value, code("outside"));

    let keys = office.keys();
    let stays = async |tx: &mut _| fact::withdraw(tx, keys, (child, moves.id), MORNING + Duration::HOUR).await;
    test.db.tenant(&office.scope, stays).await.unwrap();
    assert_eq!((lives(day).await.value, lives(day).await.proven()), (code("city"), true), "they do not move after all");
    let view = async |tx: &mut _| fact::view(tx, keys, (child, Hand::Office), day, MORNING).await;
    let (_, history) = test.db.tenant(&office.scope, view).await.unwrap();
    assert_eq!(history.iter().find(|fact| fact.id == city.id), Some(&city));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_that_is_seen_again_leaves_the_verification_before_in_the_history() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let person = office.person(draft("山田 葵", None)).await;
    let (this_year, next_year) = (date!(2027 - 04 - 01), date!(2028 - 04 - 01));
    let seen = |until| Seen { expires_on: Some(until) };
    let first = claim(person, "residence", code("city"), Some(seen(this_year)));
    let first = office.claim(first, Hand::Office).await.unwrap();
    let (keys, later) = (office.keys(), MORNING + Duration::DAY);
    let verify = async |until| {
        let target = (person, first.id);
        let work = async |tx: &mut _| fact::verify(tx, keys, target, seen(until), later).await;
        test.db.tenant(&office.scope, work).await
    };
    assert_eq!(verify(this_year).await.unwrap(), first, "said again it is what it was");
    let second = verify(next_year).await.unwrap();
    assert_eq!((second.verified_at, second.as_of, second.expires_on), (Some(later), first.as_of, Some(next_year)));
    let view = async |tx: &mut _| fact::view(tx, keys, (person, Hand::Office), this_year, later).await;
    let (known, history) = test.db.tenant(&office.scope, view).await.unwrap();
    assert!(known.facts["residence"].proven());
    assert_eq!(history, [second, fact::Fact { closed_at: Some(later), ..first.clone() }]);
    assert!(matches!(verify(next_year).await, Err(FactError::Closed)));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_claims_of_one_kind_at_once_leave_one_standing() {
    let test = TestDb::new().await;
    let office = Office::new(&test);
    let person = office.person(draft("山田 葵", None)).await;
    let said = |value: &str| office.claim(claim(person, "residence", code(value), None), Hand::Office);
    let (one, two, three) = tokio::join!(said("city"), said("outside"), said("next_city"));
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
    assert_eq!(office.facts(&[person], date!(2026 - 12 - 01)).await[0].facts.len(), 1);
}
