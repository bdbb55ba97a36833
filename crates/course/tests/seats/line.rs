//! The line: how it is moved, and where it ends.

use course::{
    draw::{self, Announcement},
    seats::{self, Capacity, Drawn, Entry, Move, SeatError, State, Way},
};
use kernel::{
    Actor, Instant, RequestId, Scope, Service,
    ids::{CourseApplicationId, PatronId},
};
use testkit::{MORNING, TestDb};
use time::Duration;
use uuid::Uuid;

use crate::{
    apply, ask, class, class_id, ends, enter, enter_all, entry, house, leave, none, resize,
    results::{freeze, publish, two_draws},
    session, states, tx, window_for_draw,
};

async fn reorder(test: &TestDb, id: CourseApplicationId, position: usize) -> Vec<Move> {
    tx!(test, |tx| seats::reorder(tx, class_id(1), id, position, &test.remark("聴覚障害"), MORNING).await).unwrap()
}

async fn expire(test: &TestDb, now: Instant) -> Vec<Move> {
    tx!(test, |tx| seats::expire(tx, class_id(1), now).await).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_moved_within_the_line_does_not_carry_anybody_past_a_draw() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let seated = apply(&test, &[1], 0, MORNING).await.unwrap().application;
    let (first, second) =
        (apply(&test, &[2], 0, MORNING).await.unwrap(), apply(&test, &[3], 0, MORNING).await.unwrap());
    let window = window_for_draw(&test, 1, 0, "2025-10-01").await;
    enter(&test, window, &[4], 0).await;
    let behind = [apply(&test, &[5], 0, MORNING).await.unwrap(), apply(&test, &[6], 0, MORNING).await.unwrap()];
    reorder(&test, behind[1].application, 3).await;
    reorder(&test, second.application, 1).await;
    resize(&test, 9, MORNING).await;
    let all = [first.application, second.application, behind[0].application, behind[1].application];
    let expected = [State::Offered, State::Offered, State::Waitlisted, State::Waitlisted];
    assert_eq!(states(&test, &all).await, expected, "the two who came before the draw, and nobody else");
    // over the draw only who is put before somebody who is before it
    leave(&test, seated, State::Withdrawn, MORNING).await.unwrap();
    assert_eq!(states(&test, &all[2..]).await, [State::Waitlisted; 2]);
}

/// Somebody who is entered three hours later, and was received so many minutes after the morning.
async fn by_post(test: &TestDb, person: u128, minutes: i64) -> CourseApplicationId {
    let received_at = MORNING + Duration::minutes(minutes);
    let entry = Entry { channel: "post", received_at, ..entry(1, &[person], 0, Way::FirstCome) };
    ask(test, &entry, MORNING + Duration::hours(3)).await.unwrap().application
}

/// Somebody who applies so many minutes after the morning.
async fn online(test: &TestDb, people: &[u128], minutes: i64) -> CourseApplicationId {
    let received_at = MORNING + Duration::minutes(minutes);
    let entry = Entry { received_at, ..entry(1, people, 0, Way::FirstCome) };
    ask(test, &entry, received_at).await.unwrap().application
}

async fn positions<const N: usize>(test: &TestDb, all: [CourseApplicationId; N]) -> [Option<i64>; N] {
    let mut found = [None; N];
    for (id, position) in all.into_iter().zip(&mut found) {
        *position = tx!(test, |tx| course::application::find(tx, id).await).unwrap().position;
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn who_came_by_post_waits_before_those_who_applied_later_and_takes_nobodys_place() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let seated = online(&test, &[1], 5).await;
    let waiting = [online(&test, &[2], 10).await, online(&test, &[3], 60).await, online(&test, &[4], 120).await];
    let (early, middle) = (by_post(&test, 5, 0).await, by_post(&test, 6, 90).await);
    let [first, second, third] = waiting;
    let line = positions(&test, [early, first, second, middle, third]).await;
    assert_eq!(line, [Some(1), Some(2), Some(3), Some(4), Some(5)]);
    assert_eq!(states(&test, &[seated]).await, [State::Admitted], "though they were received later");
    let told = tx!(&test, |tx| course::application::history(tx, &test.seal(), early).await).unwrap();
    assert_eq!(told.iter().map(|one| one.kind.as_str()).collect::<Vec<_>>(), ["waitlisted", "received_before"]);
    assert_eq!(tx!(&test, |tx| course::application::history(tx, &test.seal(), first).await).unwrap().len(), 1);
    leave(&test, seated, State::Withdrawn, MORNING + Duration::hours(4)).await.unwrap();
    assert_eq!(states(&test, &[early, first]).await, [State::Offered, State::Waitlisted]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_came_by_post_passes_nobody_whom_the_staff_put_where_they_are_nor_who_waits_before_them() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    online(&test, &[1], 0).await;
    let (first, second, third) =
        (online(&test, &[2], 10).await, online(&test, &[3], 20).await, online(&test, &[4], 30).await);
    reorder(&test, third, 2).await;
    let post = by_post(&test, 5, 5).await;
    assert_eq!(positions(&test, [first, third, post, second]).await, [Some(1), Some(2), Some(3), Some(4)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_came_by_post_before_a_party_that_does_not_fit_is_offered_what_is_free() {
    let test = house(4).await;
    class(&test, 1, 2, "strict_head").await;
    online(&test, &[1], 0).await;
    let pair = online(&test, &[2, 3], 60).await;
    let post = by_post(&test, 4, 30).await;
    assert_eq!(states(&test, &[pair, post]).await, [State::Waitlisted, State::Offered]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_the_staff_closes_ends_for_everybody_and_nobody_waits_any_more() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let seated = apply(&test, &[1], 0, MORNING).await.unwrap().application;
    let waiting = [apply(&test, &[2], 0, MORNING).await.unwrap(), apply(&test, &[3], 0, MORNING).await.unwrap()];
    let close = async |reason| tx!(test, |tx| seats::close_line(tx, class_id(1), &test.remark(reason), MORNING).await);
    assert!(matches!(close(" ").await, Err(SeatError::NoReason)));
    let moves = close("教材が揃わないため").await.unwrap();
    assert_eq!(ends(&moves), waiting.each_ref().map(|one| (one.application, State::Lost)));
    assert!(moves.iter().all(|one| one.from == Some(State::Waitlisted)));
    assert!(matches!(apply(&test, &[4], 0, MORNING).await, Err(SeatError::Full(_))));
    leave(&test, seated, State::Withdrawn, MORNING).await.unwrap();
    assert_eq!(apply(&test, &[4], 0, MORNING).await.unwrap().state, State::Admitted, "a place is a place");
}

async fn close(test: &TestDb) -> Vec<Move> {
    tx!(test, |tx| seats::close_line(tx, class_id(1), &test.remark("教材が揃わないため"), MORNING).await).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_in_a_line_that_was_closed_whoever_is_decided_later_until_somebody_may_wait_again() {
    let (test, windows, draws) = two_draws(1, "strict_head").await;
    enter_all(&test, windows[0], 1..=3).await;
    let last = enter(&test, windows[1], &[4], 0).await;
    let screened = ask(&test, &entry(1, &[5], 0, Way::Screening), MORNING).await.unwrap().application;
    assert!(close(&test).await.is_empty(), "nobody waits yet");
    freeze(&test, draws[0].id).await;
    let (_, moves) = publish(&test, draws[0].id).await;
    let many = |state| moves.iter().filter(|one| one.to == state).count();
    assert_eq!((many(State::Admitted), many(State::Lost), many(State::Waitlisted)), (1, 2, 0));
    let order = Drawn { standby: vec![screened], ..Drawn::default() };
    let moves = tx!(test, |tx| seats::settle_screening(tx, class_id(1), &order, (&[], None), MORNING).await).unwrap();
    assert_eq!(ends(&moves), [(screened, State::Lost)]);

    let to = Capacity { capacity: 1, held_back: None, waiting_capacity: Some(Some(3)) };
    tx!(test, |tx| seats::resize(tx, class_id(1), to, &test.remark("再開"), MORNING).await).unwrap();
    freeze(&test, draws[1].id).await;
    publish(&test, draws[1].id).await;
    assert_eq!(states(&test, &[last]).await, [State::Waitlisted]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stands_by_in_a_draw_waits_though_nobody_else_may() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    test.execute("UPDATE course.places SET waiting_capacity = 0").await;
    let window = window_for_draw(&test, 1, 0, "2025-10-01").await;
    let (key, asked) = (test.seal(), Announcement { beacon: None, standby: Some(1) });
    let draw = tx!(test, |tx| draw::commit(tx, &key, window, asked.clone(), MORNING).await).unwrap();
    enter_all(&test, window, 1..=3).await;
    freeze(&test, draw.id).await;
    let (_, moves) = publish(&test, draw.id).await;
    let many = |state| moves.iter().filter(|one| one.to == state).count();
    assert_eq!((many(State::Admitted), many(State::Waitlisted), many(State::Lost)), (1, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_line_ends_as_the_class_begins_whoever_looks_next() {
    let begins = MORNING + Duration::days(2);
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    session(&test, 1, 1, begins).await;
    let seated = apply(&test, &[1], 0, MORNING).await.unwrap().application;
    let waiting = apply(&test, &[2], 0, MORNING).await.unwrap().application;
    assert!(tx!(test, |tx| seats::overdue(tx, begins - Duration::SECOND, 10).await).unwrap().is_empty());
    assert_eq!(tx!(test, |tx| seats::overdue(tx, begins, 10).await).unwrap(), [class_id(1)]);
    assert_eq!(ends(&expire(&test, begins).await), [(waiting, State::Lost)]);
    assert!(tx!(test, |tx| seats::overdue(tx, begins, 10).await).unwrap().is_empty());
    assert!(matches!(apply(&test, &[3], 0, begins).await, Err(SeatError::Full(_))), "nothing is offered any more");
    leave(&test, seated, State::Withdrawn, begins).await.unwrap();
    assert_eq!(apply(&test, &[3], 0, begins).await.unwrap().state, State::Admitted, "途中入会");
}

#[tokio::test(flavor = "multi_thread")]
async fn places_are_offered_until_the_session_that_the_class_says_and_no_longer_to_anybody() {
    let week = |n: i64| MORNING + Duration::days(7 * n);
    for (until, last) in [("NULL", week(1)), ("2", week(2)), ("9", week(3))] {
        let test = house(4).await;
        class(&test, 1, 1, "strict_head").await;
        test.execute(&format!("UPDATE course.classes SET promote_until = {until}, offer_minutes = 60 * 24 * 365"))
            .await;
        for n in 1..=3 {
            session(&test, 1, n, week(n.into())).await;
        }
        let seated = apply(&test, &[1], 0, MORNING).await.unwrap().application;
        let second = apply(&test, &[2], 0, MORNING).await.unwrap().application;
        let third = apply(&test, &[3], 0, MORNING).await.unwrap().application;
        let almost = last - Duration::SECOND;
        let moves = leave(&test, seated, State::Withdrawn, almost).await.unwrap();
        let offer = moves.iter().find(|one| one.application == second).unwrap();
        assert_eq!((offer.to, offer.due_at), (State::Offered, Some(last)), "an offer ends with the offers: {until}");
        assert_eq!(ends(&expire(&test, last).await), [(second, State::Expired), (third, State::Lost)], "{until}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_clock_does_is_told_as_the_houses_own_whoever_asks_next() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let [first, second, third] =
        [online(&test, &[1], 0).await, online(&test, &[2], 0).await, online(&test, &[3], 0).await];
    leave(&test, first, State::Withdrawn, MORNING).await.unwrap();
    let (over, next) = (MORNING + Duration::minutes(60), entry(1, &[4], 0, Way::FirstCome));
    let stranger = PatronId::from_uuid(Uuid::from_u128(8));
    let scope = Scope::assume(test.twins.first.tenant, Service::Course, Actor::Patron(stranger), RequestId::random());
    let work = async |tx: &mut db::TenantTx| seats::apply(tx, &next, over).await;
    let applied = test.db.tenant(&scope, work).await.unwrap().application;
    let told = [
        (second, "expired", "system".to_owned()),
        (third, "promoted", "system".to_owned()),
        (applied, "waitlisted", stranger.to_string()),
    ];
    for (id, kind, actor) in told {
        let history = tx!(test, |tx| course::application::history(tx, &test.seal(), id).await).unwrap();
        let last = history.last().unwrap();
        assert_eq!((last.kind.as_str(), &last.actor), (kind, &actor));
    }
    let others = format!("SELECT FROM audit.outbox WHERE actor_id = '{stranger}' AND subject_id <> '{applied}'");
    none(&test, "the journal tells of others what the stranger did not do", &others).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_offered_what_another_gives_up_reads_of_the_house_and_not_of_them() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let [first, second] = [online(&test, &[1], 0).await, online(&test, &[2], 0).await];
    let stranger = PatronId::from_uuid(Uuid::from_u128(8));
    let scope = Scope::assume(test.twins.first.tenant, Service::Course, Actor::Patron(stranger), RequestId::random());
    let work =
        async |tx: &mut db::TenantTx| seats::leave(tx, class_id(1), first, State::Withdrawn, None, MORNING).await;
    let moved = test.db.tenant(&scope, work).await.unwrap();
    assert_eq!(ends(&moved), [(first, State::Withdrawn), (second, State::Offered)]);
    for (id, kind, actor) in [(first, "withdrawn", stranger.to_string()), (second, "promoted", "system".to_owned())] {
        let history = tx!(test, |tx| course::application::history(tx, &test.seal(), id).await).unwrap();
        let last = history.last().unwrap();
        assert_eq!((last.kind.as_str(), &last.actor), (kind, &actor));
    }
    let of = |rest: &str| format!("SELECT FROM audit.outbox WHERE actor_id = '{stranger}' AND {rest}");
    none(&test, "the journal tells of another what the stranger did not do", &of(&format!("subject_id <> '{first}'")))
        .await;
    let once = format!("SELECT WHERE (SELECT count(*) FROM ({}) AS o) <> 1", of("true"));
    none(&test, "what the stranger did is not told once", &once).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_due_before_the_class_begins_and_for_who_joins_later_before_its_last_session() {
    let (begins, last) = (MORNING + Duration::days(2), MORNING + Duration::days(5));
    let test = house(4).await;
    class(&test, 1, 3, "strict_head").await;
    session(&test, 1, 1, begins).await;
    session(&test, 1, 2, last).await;
    let early = apply(&test, &[1], 1_000, MORNING).await.unwrap();
    assert_eq!((early.state, early.due_at), (State::PaymentDue, Some(begins)));
    let joins = apply(&test, &[2], 1_000, begins).await.unwrap();
    assert_eq!((joins.state, joins.due_at), (State::PaymentDue, Some(last)));
    assert_eq!(ends(&expire(&test, last).await), [(joins.application, State::Expired)]);
}
