//! Sessions and who teaches them: all of them or none, and nobody in two places.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::as_conversions)]

use course::{
    catalogue::CatalogueError,
    instructor::{self, InstructorChange, InstructorDraft, InstructorError},
    session::{self, SessionDraft, SessionError, SessionWithPeople, Teacher, When},
};
use db::TenantTx;
use futures_util::future::join_all;
use kernel::{
    Instant, PageAsk, Service,
    ids::{CourseClassId, CourseSessionId, InstructorId},
};
use testkit::{MORNING, TestDb};
use time::{Duration, macros::datetime};
use uuid::Uuid;

macro_rules! tx {
    ($test:expr, |$tx:ident| $work:expr) => {
        $test.db.tenant(&$test.scope(Service::Course), async |$tx: &mut TenantTx| $work).await
    };
}

const FIRST: Instant = datetime!(2027-04-03 10:00 +9);

fn class(n: u128) -> CourseClassId {
    CourseClassId::from_uuid(Uuid::from_u128(0xc1a5_0000 + n))
}

/// A house with so many classes that are drafts.
async fn house(classes: u128) -> TestDb {
    let test = TestDb::with_pool(12).await;
    let tenant = test.twins.first.tenant.uuid();
    let id = Uuid::from_u128(1);
    test.execute(&format!(
        "INSERT INTO course.terms (tenant_id, id, code, name, starts_on, ends_on, created_at, updated_at) \
           VALUES ('{tenant}', '{id}', 'T', '前期', '2027-04-01', '2027-10-01', now(), now()); \
         INSERT INTO course.courses (tenant_id, id, code, title, genres, searchable, created_at, updated_at) \
           VALUES ('{tenant}', '{id}', 'C', '書道', '{{}}', '書道', now(), now())"
    ))
    .await;
    for n in 0..classes {
        let of = class(n).uuid();
        test.execute(&format!(
            "INSERT INTO course.classes (tenant_id, id, course_id, term_id, code, title, capacity_unit, max_party, admission, \
               delivery, group_policy, offer_minutes, payment_days, rules, state, created_at, updated_at) \
               VALUES ('{tenant}', '{of}', '{id}', '{id}', 'K{n}', '入門{n}', 'person', 5, 'first_come', 'in_person', \
               'strict_head', 60, 7, '{{}}', 'draft', now(), now()); \
             INSERT INTO course.places (tenant_id, class_id, capacity) VALUES ('{tenant}', '{of}', 10)"
        ))
        .await;
    }
    test
}

async fn publish(test: &TestDb, n: u128) {
    let of = class(n).uuid();
    test.execute(&format!("UPDATE course.classes SET state = 'published', published_at = now() WHERE id = '{of}'"))
        .await;
}

async fn teacher(test: &TestDb, name: &str) -> InstructorId {
    let draft = InstructorDraft {
        patron: None,
        public_name: name.to_owned(),
        public_name_en: None,
        profile: None,
        payee: "individual",
    };
    tx!(test, |tx| instructor::create(tx, draft.clone(), MORNING).await).unwrap().id
}

fn lead(instructor: InstructorId) -> Teacher {
    Teacher { instructor, role: "lead", honorarium: Some(15_000) }
}

fn when(starts_at: Instant) -> When {
    When { starts_at, ends_at: starts_at + Duration::minutes(90), room: None, place: Some("校庭".to_owned()) }
}

fn weekly(week: i64, people: &[Teacher]) -> SessionDraft {
    SessionDraft { at: when(FIRST + Duration::weeks(week)), people: people.to_vec() }
}

async fn add(test: &TestDb, n: u128, drafts: &[SessionDraft]) -> Result<Vec<SessionWithPeople>, SessionError> {
    tx!(test, |tx| session::create(tx, class(n), drafts, MORNING).await)
}

async fn all(test: &TestDb, n: u128) -> Vec<SessionWithPeople> {
    tx!(test, |tx| session::of_class(tx, class(n)).await).unwrap()
}

fn ids(of: &[SessionWithPeople]) -> Vec<CourseSessionId> {
    of.iter().map(|one| one.session.id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_of_a_draft_are_numbered_by_time_and_those_of_a_published_class_keep_their_numbers() {
    let test = house(1).await;
    add(&test, 0, &[weekly(2, &[]), weekly(0, &[])]).await.unwrap();
    let made = add(&test, 0, &[weekly(1, &[])]).await.unwrap();
    assert_eq!(made[0].session.number, 2, "between the two that are there");
    let numbers = |of: &[SessionWithPeople]| of.iter().map(|one| one.session.number).collect::<Vec<_>>();
    assert_eq!(numbers(&all(&test, 0).await), [1, 2, 3]);
    let last = all(&test, 0).await[2].session.clone();
    let earlier = when(FIRST - Duration::weeks(1));
    let moved = tx!(test, |tx| session::move_to(tx, last.id, Some(last.version), &earlier, MORNING).await).unwrap();
    assert_eq!((moved.before.number, moved.after.session.number), (3, 1));
    tx!(test, |tx| session::remove(tx, last.id, None, MORNING).await).unwrap();
    assert_eq!(numbers(&all(&test, 0).await), [1, 2]);

    publish(&test, 0).await;
    let first = all(&test, 0).await[0].session.clone();
    let later = when(FIRST + Duration::weeks(8));
    let moved = tx!(test, |tx| session::move_to(tx, first.id, None, &later, MORNING).await).unwrap();
    assert_eq!((moved.after.session.number, moved.after.session.version), (1, first.version + 1));
    let gone = tx!(test, |tx| session::remove(tx, first.id, None, MORNING).await).unwrap_err();
    assert!(matches!(gone, SessionError::Fixed(_)));
    assert_eq!(add(&test, 0, &[weekly(5, &[])]).await.unwrap()[0].session.number, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_teaches_elsewhere_is_refused_with_what_and_when_and_nothing_is_made() {
    let test = house(2).await;
    let (busy, free) = (teacher(&test, "田中 講師").await, teacher(&test, "鈴木 講師").await);
    let there = add(&test, 0, &[weekly(1, &[lead(busy)])]).await.unwrap();
    let asked = [weekly(0, &[lead(busy)]), weekly(1, &[lead(free), lead(busy)])];
    match add(&test, 1, &asked).await.unwrap_err() {
        SessionError::Busy(who) => {
            assert_eq!(who.len(), 1);
            assert_eq!((who[0].instructor, who[0].session), (busy, there[0].session.id));
            assert_eq!((who[0].public_name.as_str(), who[0].class_title.as_str()), ("田中 講師", "入門0"));
            assert_eq!(who[0].starts_at, FIRST + Duration::weeks(1));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(all(&test, 1).await, []);

    // the hour after is theirs, and so is the hour itself once the other session is cancelled
    let after = SessionDraft { at: when(FIRST + Duration::weeks(1) + Duration::minutes(90)), people: vec![lead(busy)] };
    let made = add(&test, 1, &[after]).await.unwrap();
    tx!(test, |tx| session::cancel(tx, there[0].session.id, None, ("講師の都合", false), MORNING).await).unwrap();
    let back = when(FIRST + Duration::weeks(1));
    tx!(test, |tx| session::move_to(tx, made[0].session.id, None, &back, MORNING).await).unwrap();
    let missed = there[0].session.id;
    let met = tx!(test, |tx| session::make_up(tx, missed, weekly(1, &[lead(busy)]), MORNING).await).unwrap_err();
    assert!(matches!(met, SessionError::Busy(_)), "{met:?}");
}

/// I16: nobody is in two rooms.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_want_the_same_instructor_at_once_one_gets_them() {
    let test = house(8).await;
    let (one, two) = (teacher(&test, "甲").await, teacher(&test, "乙").await);
    let ask = async |n: u128| {
        // half of them name the two the other way round: nobody waits in a circle
        let people = if n.is_multiple_of(2) { [lead(one), lead(two)] } else { [lead(two), lead(one)] };
        let drafts: Vec<_> = (0..6).map(|week| weekly(week, &people)).collect();
        add(&test, n, &drafts).await
    };
    let answers = join_all((0..8).map(ask)).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    for answer in answers {
        match answer {
            Ok(made) => assert_eq!(made.len(), 6),
            Err(SessionError::Busy(who)) => assert!(!who.is_empty()),
            Err(other) => panic!("{other:?}"),
        }
    }
    let mut kept = 0;
    for n in 0..8 {
        kept += all(&test, n).await.len();
    }
    assert_eq!(kept, 6, "all of one class, and none of the others");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_sessions_moved_onto_one_hour_of_an_instructor_one_arrives() {
    let test = house(6).await;
    let who = teacher(&test, "甲").await;
    let mut sessions = Vec::new();
    for n in 0..6_u32 {
        sessions.push(add(&test, n.into(), &[weekly(n.into(), &[lead(who)])]).await.unwrap()[0].session.id);
    }
    let to = when(FIRST + Duration::weeks(30));
    let go = async |id: CourseSessionId| tx!(test, |tx| session::move_to(tx, id, None, &to, MORNING).await);
    let answers = join_all(sessions.iter().map(|id| go(*id))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert!(answers.iter().all(|answer| matches!(answer, Ok(_) | Err(SessionError::Busy(_)))));
    for (n, answer) in answers.iter().enumerate() {
        let kept = all(&test, n as u128).await;
        let stays = FIRST + Duration::weeks(n as i64);
        let expected = if answer.is_ok() { to.starts_at } else { stays };
        assert_eq!((kept[0].session.starts_at, kept[0].people[0].assignment.starts_at), (expected, expected));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_session_is_made_up_for_once() {
    let test = house(1).await;
    let made = ids(&add(&test, 0, &[weekly(0, &[]), weekly(1, &[])]).await.unwrap());
    publish(&test, 0).await;
    let early = tx!(test, |tx| session::make_up(tx, made[0], weekly(9, &[]), MORNING).await).unwrap_err();
    assert!(matches!(early, SessionError::State(state) if state == "scheduled"));
    tx!(test, |tx| session::cancel(tx, made[0], None, ("台風", false), MORNING).await).unwrap();
    let twice = tx!(test, |tx| session::cancel(tx, made[0], None, ("台風", false), MORNING).await).unwrap_err();
    assert!(matches!(twice, SessionError::State(state) if state == "cancelled"));

    let ask = async |week: i64| tx!(test, |tx| session::make_up(tx, made[0], weekly(week, &[]), MORNING).await);
    let answers = join_all((10..16).map(ask)).await;
    let arrived: Vec<_> = answers.iter().flatten().collect();
    assert_eq!(arrived.len(), 1);
    assert_eq!((arrived[0].session.number, arrived[0].session.replaces_id), (3, Some(made[0])));
    assert!(answers.iter().all(|answer| matches!(answer, Ok(_) | Err(SessionError::MadeUp { by: Some(_), .. }))));

    // the one that took its place is cancelled too: another one may
    let first = arrived[0].session.id;
    tx!(test, |tx| session::cancel(tx, first, None, ("停電", false), MORNING).await).unwrap();
    assert_eq!(ask(20).await.unwrap().session.replaces_id, Some(made[0]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_whose_money_went_back_is_not_made_up_for_and_one_that_was_made_up_for_is_not_given_up() {
    let test = house(1).await;
    let made = ids(&add(&test, 0, &[weekly(0, &[]), weekly(1, &[])]).await.unwrap());
    publish(&test, 0).await;
    let give_up = async |id| tx!(test, |tx| session::give_up(tx, id, None, MORNING).await);
    let make_up = async |id, week| tx!(test, |tx| session::make_up(tx, id, weekly(week, &[]), MORNING).await);
    assert!(matches!(give_up(made[0]).await, Err(SessionError::State(state)) if state == "scheduled"));
    for (id, given_up) in [(made[0], true), (made[1], false)] {
        tx!(test, |tx| session::cancel(tx, id, None, ("台風", given_up), MORNING).await).unwrap();
    }
    assert!(matches!(make_up(made[0], 10).await, Err(SessionError::GivenUp { at, .. }) if at == MORNING));
    assert!(matches!(give_up(made[0]).await, Err(SessionError::GivenUp { .. })));
    let again = make_up(made[1], 11).await.unwrap().session.id;
    assert!(matches!(give_up(made[1]).await, Err(SessionError::MadeUp { by: Some(by), .. }) if by == again));
    // what takes its place is not held either
    tx!(test, |tx| session::cancel(tx, again, None, ("台風", false), MORNING).await).unwrap();
    assert_eq!(give_up(again).await.unwrap().session.given_up_at, Some(MORNING));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_took_the_place_of_one_that_took_a_place_speaks_for_all_of_them() {
    let test = house(1).await;
    let first = ids(&add(&test, 0, &[weekly(0, &[])]).await.unwrap())[0];
    publish(&test, 0).await;
    let cancel = async |id| tx!(test, |tx| session::cancel(tx, id, None, ("台風", false), MORNING).await).map(drop);
    let give_up = async |id| tx!(test, |tx| session::give_up(tx, id, None, MORNING).await);
    let make_up = async |id, week| tx!(test, |tx| session::make_up(tx, id, weekly(week, &[]), MORNING).await);
    cancel(first).await.unwrap();
    let second = make_up(first, 10).await.unwrap().session.id;
    cancel(second).await.unwrap();
    let third = make_up(second, 11).await.unwrap().session.id;
    for missed in [first, second] {
        for refused in [make_up(missed, 12).await, give_up(missed).await] {
            assert!(matches!(refused, Err(SessionError::MadeUp { by: Some(by), .. }) if by == third), "{refused:?}");
        }
    }
    cancel(third).await.unwrap();
    give_up(second).await.unwrap();
    for missed in [first, second, third] {
        let found = tx!(test, |tx| session::find(tx, missed, true).await).unwrap();
        assert_eq!(found.session.given_up_at, Some(MORNING), "nobody waits for any of them");
        for refused in [make_up(missed, 13).await, give_up(missed).await] {
            assert!(matches!(refused, Err(SessionError::GivenUp { at, .. }) if at == MORNING), "{refused:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instructor_is_closed_or_given_a_session_but_never_both() {
    let test = house(6).await;
    for round in 0..6_u128 {
        let who = teacher(&test, "甲").await;
        let drafts = [weekly(0, &[lead(who)])];
        let given = add(&test, round, &drafts);
        let closed = async { tx!(test, |tx| instructor::close(tx, who, None, MORNING).await) };
        let (given, closed) = tokio::join!(given, closed);
        match (given, closed) {
            (Ok(made), Err(InstructorError::Teaches { sessions: 1, next, .. })) => assert_eq!(next, made[0].session.id),
            (Err(SessionError::ClosedInstructor(ids)), Ok(closed)) => {
                assert_eq!((ids, closed.state.as_str()), (vec![who], "closed"))
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_and_changes_nothing() {
    let test = house(2).await;
    let who = teacher(&test, "甲").await;
    let made = add(&test, 0, &[weekly(0, &[lead(who)])]).await.unwrap();
    let nobody = InstructorId::from_uuid(Uuid::from_u128(7));
    let at = |starts_at: Instant, minutes: i64| SessionDraft {
        at: When { ends_at: starts_at + Duration::minutes(minutes), ..when(starts_at) },
        people: Vec::new(),
    };
    let before = all(&test, 0).await;
    let wrong = [
        (vec![at(FIRST + Duration::weeks(1), 0)], "Times"),
        (vec![at(FIRST + Duration::weeks(1), 1_441)], "Times"),
        (vec![at(MORNING - Duration::minutes(1), 60)], "Past"),
        (vec![at(FIRST + Duration::minutes(89), 60)], "Overlaps"),
        (vec![weekly(1, &[]), weekly(1, &[])], "Overlaps"),
        (vec![weekly(1, &[lead(who), lead(who)])], "Twice"),
        (vec![weekly(1, &[lead(nobody)])], "NoInstructor"),
        ((1..=200).map(|week| weekly(week, &[])).collect(), "TooMany"),
    ];
    for (drafts, name) in wrong {
        let told = format!("{:?}", add(&test, 0, &drafts).await.unwrap_err());
        assert!(told.starts_with(name), "{told}");
    }
    let stale = tx!(test, |tx| session::update(tx, made[0].session.id, Some(9), None, MORNING).await).unwrap_err();
    assert!(matches!(stale, SessionError::Catalogue(CatalogueError::Stale { current: 1 })));
    assert_eq!(all(&test, 0).await, before);

    tx!(test, |tx| session::assign(tx, made[0].session.id, Some(1), &[], MORNING).await).unwrap();
    tx!(test, |tx| instructor::close(tx, who, Some(1), MORNING).await).unwrap();
    let closed = InstructorChange { public_name: Some("乙".to_owned()), ..InstructorChange::default() };
    let told = tx!(test, |tx| instructor::update(tx, who, None, closed.clone(), MORNING).await).unwrap_err();
    assert!(matches!(told, InstructorError::Closed));
    let told = add(&test, 0, &[weekly(1, &[lead(who)])]).await.unwrap_err();
    assert!(matches!(told, SessionError::ClosedInstructor(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_the_order_of_time_and_strangers_see_published_classes() {
    let test = house(2).await;
    add(&test, 0, &[weekly(4, &[]), weekly(0, &[]), weekly(2, &[])]).await.unwrap();
    add(&test, 1, &[weekly(1, &[])]).await.unwrap();
    publish(&test, 0).await;
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let ask = PageAsk { after, limit: 2 };
        let page = tx!(test, |tx| session::list(tx, None, &ask, false).await).unwrap().unwrap();
        seen.extend(page.items.iter().map(|one| one.session.starts_at));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, [0, 2, 4].map(|week| FIRST + Duration::weeks(week)));
    let hidden = all(&test, 1).await[0].session.id;
    assert!(tx!(test, |tx| session::find(tx, hidden, false).await).is_err());
    assert!(tx!(test, |tx| session::find(tx, hidden, true).await).is_ok());
}
