//! Many decided at one moment: nobody past the line, and exactly as the proof says.

use std::{collections::BTreeSet, ops::RangeInclusive};

use course::{
    draw::{self, Announcement, Draw, DrawError},
    seats::{self, Drawn, Entry, Move, Paid, SeatError, State, Way},
};
use kernel::ids::{ApplicationWindowId, CourseApplicationId, DrawId};
use testkit::{MORNING, TestDb};
use time::Duration;

use crate::{
    apply, ask, class, class_id, ends, enter, enter_all, entry, house, leave, pay, resize, session, states, tx,
    window_for_draw, window_id,
};

pub async fn commit(test: &TestDb, window: ApplicationWindowId) -> Draw {
    let key = test.seal();
    tx!(test, |tx| draw::commit(tx, &key, window, Announcement::default(), MORNING).await).unwrap()
}

/// A class of so many places with two windows that are decided by draws, both announced.
pub async fn two_draws(capacity: i32, policy: &str) -> (TestDb, [ApplicationWindowId; 2], [Draw; 2]) {
    let test = house(4).await;
    class(&test, 1, capacity, policy).await;
    let windows = [window_for_draw(&test, 1, 0, "2025-10-01").await, window_for_draw(&test, 1, 1, "2025-11-01").await];
    let draws = [commit(&test, windows[0]).await, commit(&test, windows[1]).await];
    (test, windows, draws)
}

/// Announces the draw of a window that opened last, and enters these people in it.
pub async fn in_a_draw(test: &TestDb, people: RangeInclusive<u128>) -> (Draw, Vec<CourseApplicationId>) {
    let window = window_for_draw(test, 1, 0, "2026-10-01").await;
    let draw = commit(test, window).await;
    (draw, enter_all(test, window, people).await)
}

pub async fn freeze(test: &TestDb, id: DrawId) -> Draw {
    tx!(test, |tx| draw::freeze(tx, id, MORNING).await).unwrap().0
}

pub async fn publish(test: &TestDb, id: DrawId) -> (::draw::Proof, Vec<Move>) {
    let key = test.seal();
    let (published, moves) = tx!(test, |tx| draw::publish(tx, &key, id, None, MORNING).await).unwrap();
    let proof: ::draw::Proof = serde_json::from_value(published.proof.unwrap()).unwrap();
    ::draw::verify(&proof).unwrap();
    (proof, moves)
}

/// The staff takes somebody who is screened.
async fn choose(test: &TestDb, id: CourseApplicationId) -> Result<Vec<Move>, SeatError> {
    let chosen = Drawn { seated: vec![id], ..Drawn::default() };
    tx!(test, |tx| seats::settle_screening(tx, class_id(1), &chosen, (&[], None), MORNING).await)
}

/// Whom a proof seats.
async fn seated(test: &TestDb, proof: &::draw::Proof, all: &[CourseApplicationId]) -> BTreeSet<CourseApplicationId> {
    let ::draw::Outcome::Capacity(result) = &proof.result else { panic!("capacity") };
    let found = tx!(test, |tx| course::application::find_all(tx, all.to_vec()).await).unwrap();
    let named = |entry: &str| found.iter().find(|one| one.draw_number.map(draw::name_of).as_deref() == Some(entry));
    result.seated.iter().map(|one| named(&one.entry).unwrap().id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draw_seats_as_far_as_the_places_reach_and_the_rest_wait_in_its_order() {
    let test = house(4).await;
    class(&test, 1, 3, "skip_if_not_fit").await;
    let mut entered = Vec::new();
    for people in [&[1][..], &[2, 3], &[4], &[5], &[6]] {
        let applied = ask(&test, &entry(1, people, 0, Way::Draw), MORNING).await.unwrap();
        assert_eq!(applied.draw_number, Some(applied.receipt_number));
        entered.push(applied.application);
    }
    // one of the winners withdraws between the draw and its publication
    leave(&test, entered[0], State::Withdrawn, MORNING).await.unwrap();
    let drawn =
        Drawn { seated: vec![entered[1], entered[0]], standby: vec![entered[3], entered[2]], ..Drawn::default() };
    let moves = tx!(test, |tx| seats::settle_draw(tx, class_id(1), window_id(1), &drawn, MORNING).await).unwrap();
    let expected = [
        (entered[1], State::Admitted),
        (entered[3], State::Waitlisted),
        (entered[2], State::Waitlisted),
        (entered[4], State::Lost),
        (entered[3], State::Offered),
    ];
    assert_eq!(ends(&moves), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_screened_is_seated_in_line_or_turned_down_with_a_reason() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let mut asked = Vec::new();
    for n in 1..=3 {
        let applied = ask(&test, &entry(1, &[n], 0, Way::Screening), MORNING).await.unwrap();
        assert_eq!(applied.state, State::Screening);
        asked.push(applied.application);
    }
    assert_eq!(ends(&choose(&test, asked[0]).await.unwrap()), vec![(asked[0], State::Admitted)]);
    assert_eq!(ends(&choose(&test, asked[1]).await.unwrap()), vec![(asked[1], State::Waitlisted)]);
    let silent =
        tx!(test, |tx| seats::leave(tx, class_id(1), asked[2], State::Rejected, Some(&test.remark(" ")), MORNING)
            .await);
    assert!(matches!(silent, Err(SeatError::NoReason)));
    leave(&test, asked[2], State::Rejected, MORNING).await.unwrap();
    assert!(
        matches!(choose(&test, asked[2]).await, Err(SeatError::Absent)),
        "nobody is taken who is not before the staff"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waited_behind_somebody_before_the_staff_is_offered_what_is_left_as_they_are_admitted() {
    let test = house(4).await;
    class(&test, 1, 3, "skip_if_not_fit").await;
    apply(&test, &[1], 0, MORNING).await.unwrap();
    let screened = ask(&test, &entry(1, &[2], 0, Way::Screening), MORNING).await.unwrap().application;
    let family = apply(&test, &[3, 4, 5], 0, MORNING).await.unwrap().application;
    let single = apply(&test, &[6], 0, MORNING).await.unwrap();
    assert_eq!(single.state, State::Waitlisted, "nobody is offered a place past who is undecided");
    let moves = choose(&test, screened).await.unwrap();
    assert_eq!(ends(&moves), [(screened, State::Admitted), (single.application, State::Offered)]);
    assert_eq!(states(&test, &[family]).await, [State::Waitlisted]);
}

/// I2, for draws.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_drawn_waits_behind_who_waited_before_the_draw() {
    let test = house(4).await;
    class(&test, 1, 2, "strict_head").await;
    apply(&test, &[1], 0, MORNING).await.unwrap();
    let pair = apply(&test, &[2, 3], 0, MORNING).await.unwrap().application;
    let window = window_for_draw(&test, 1, 0, "2026-10-01").await;
    let draw = commit(&test, window).await;
    let drawn = [enter(&test, window, &[4], 0).await, enter(&test, window, &[5], 0).await];
    assert_eq!(freeze(&test, draw.id).await.capacity, Some(0), "the place that is free is not theirs");
    let (proof, _) = publish(&test, draw.id).await;
    assert!(seated(&test, &proof, &drawn).await.is_empty());
    assert_eq!(states(&test, &drawn).await, [State::Waitlisted; 2]);
    let moves = resize(&test, 3, MORNING).await;
    assert_eq!(ends(&moves), [(pair, State::Offered)], "who waited before comes first");
}

/// I2, for draws and screenings.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_past_the_line_seats_nobody_whoever_made_it() {
    let test = house(4).await;
    class(&test, 1, 2, "strict_head").await;
    apply(&test, &[1], 0, MORNING).await.unwrap();
    apply(&test, &[2, 3], 0, MORNING).await.unwrap();
    let entered = ask(&test, &entry(1, &[4], 0, Way::Draw), MORNING).await.unwrap().application;
    let screened = ask(&test, &entry(1, &[5], 0, Way::Screening), MORNING).await.unwrap().application;
    let order = |id| Drawn { seated: vec![id], standby: Vec::new(), ..Drawn::default() };
    let (drawn, chosen) = (order(entered), order(screened));
    let moves = tx!(test, |tx| seats::settle_draw(tx, class_id(1), window_id(1), &drawn, MORNING).await).unwrap();
    assert_eq!(ends(&moves), [(entered, State::Waitlisted)]);
    let moves = tx!(test, |tx| seats::settle_screening(tx, class_id(1), &chosen, (&[], None), MORNING).await).unwrap();
    assert_eq!(ends(&moves), [(screened, State::Waitlisted)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_nobody_may_pass_is_not_passed_by_who_was_drawn_after_them() {
    for (policy, third) in [("strict_head", State::Waitlisted), ("skip_if_not_fit", State::Admitted)] {
        for way in [Way::Draw, Way::Screening] {
            let test = house(4).await;
            class(&test, 1, 2, policy).await;
            let mut all = Vec::new();
            for people in [&[1][..], &[2, 3], &[4]] {
                all.push(ask(&test, &entry(1, people, 0, way), MORNING).await.unwrap().application);
            }
            let order = Drawn { seated: all.clone(), standby: Vec::new(), ..Drawn::default() };
            let work = async |tx: &mut db::TenantTx| match way {
                Way::Draw => seats::settle_draw(tx, class_id(1), window_id(1), &order, MORNING).await,
                _ => seats::settle_screening(tx, class_id(1), &order, (&[], None), MORNING).await,
            };
            test.db.tenant(&test.scope(kernel::Service::Course), work).await.unwrap();
            assert_eq!(states(&test, &all).await, [State::Admitted, State::Waitlisted, third], "{policy} {way:?}");
        }
    }
}

/// I2, for who is in a draw.
#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_waits_behind_who_is_still_to_be_decided_in_an_earlier_window_and_gets_what_they_leave() {
    let test = house(4).await;
    class(&test, 1, 3, "skip_if_not_fit").await;
    let late = apply(&test, &[1], 1_000, MORNING).await.unwrap().application;
    let over = MORNING + Duration::days(30);
    let before = window_for_draw(&test, 1, 0, "2025-10-01").await;
    let draw = commit(&test, before).await;
    let drawn = [enter(&test, before, &[2], 0).await, enter(&test, before, &[3], 0).await];
    let newcomer = ask(&test, &entry(1, &[4], 0, Way::FirstCome), over).await.unwrap();
    assert_eq!(newcomer.state, State::Waitlisted, "two places are free, and two are before the draw");
    assert!(matches!(pay(&test, late, over).await, Paid::Lost(_)), "money that comes late passes nobody");
    let found = tx!(test, |tx| draw::freeze(tx, draw.id, over).await).unwrap().0;
    assert_eq!(found.capacity, Some(3));
    assert_eq!(states(&test, &[newcomer.application]).await, [State::Waitlisted], "nothing is offered past them");
    let key = test.seal();
    let (_, moves) = tx!(test, |tx| draw::publish(tx, &key, draw.id, None, over).await).unwrap();
    assert_eq!(states(&test, &drawn).await, [State::Admitted; 2]);
    assert_eq!(ends(&moves).last(), Some(&(newcomer.application, State::Offered)));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_applies_in_an_earlier_window_does_not_wait_for_a_later_draw_but_leaves_it_what_it_was_promised() {
    let test = house(4).await;
    class(&test, 1, 3, "skip_if_not_fit").await;
    let window = window_for_draw(&test, 1, 0, "2026-10-01").await;
    let draw = commit(&test, window).await;
    enter(&test, window, &[1], 0).await;
    enter(&test, window, &[2], 0).await;
    assert_eq!(apply(&test, &[3], 0, MORNING).await.unwrap().state, State::Admitted);
    assert_eq!(freeze(&test, draw.id).await.capacity, Some(2));
    assert_eq!(apply(&test, &[4], 0, MORNING).await.unwrap().state, State::Waitlisted);
    let told = Entry { reason: Some(test.remark("市長推薦")), ..entry(1, &[5], 0, Way::Staff) };
    assert!(matches!(ask(&test, &told, MORNING).await, Err(SeatError::Full(_))), "the staff neither");
    let (_, moves) = publish(&test, draw.id).await;
    assert_eq!(moves.iter().filter(|one| one.to == State::Admitted).count(), 2);
}

/// I8.
#[tokio::test(flavor = "multi_thread")]
async fn two_draws_seat_exactly_whom_their_proofs_seat_whoever_comes_between_the_close_and_the_results() {
    let (test, windows, draws) = two_draws(5, "skip_if_not_fit").await;
    let mut all = [Vec::new(), Vec::new()];
    for n in 0..8 {
        let total = if n % 2 == 0 { 0 } else { 3_000 };
        let at = usize::try_from(n % 2).unwrap();
        all[at].push(enter(&test, windows[at], &[n + 1], total).await);
    }
    assert_eq!(
        freeze(&test, draws[1].id).await.capacity,
        Some(1),
        "four of five places may be those of the earlier draw"
    );
    assert_eq!(freeze(&test, draws[0].id).await.capacity, Some(4));
    let between = apply(&test, &[20], 0, MORNING).await.unwrap();
    assert_eq!(between.state, State::Waitlisted);
    // who withdraws meanwhile is drawn all the same, and their place goes to who stands by
    leave(&test, all[0][0], State::Withdrawn, MORNING).await.unwrap();
    for (at, seats) in [(1, 1), (0, 4)] {
        let (proof, _) = publish(&test, draws[at].id).await;
        let seated = seated(&test, &proof, &all[at]).await;
        assert_eq!(seated.len(), seats);
        for (id, state) in all[at].iter().zip(states(&test, &all[at]).await) {
            let stands = matches!(state, State::Admitted | State::PaymentDue) || state == State::Withdrawn;
            assert_eq!(seated.contains(id), stands, "{state:?}");
        }
    }
    assert_eq!(states(&test, &[between.application]).await, [State::Waitlisted], "behind who stands by");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draw_that_is_added_later_draws_for_what_is_left_whatever_its_tiers_reserve() {
    let test = house(4).await;
    class(&test, 1, 4, "skip_if_not_fit").await;
    let rules = r#"{"tiers": [{"label": "市内", "requires": [], "reserved": 3}]}"#;
    test.execute(&format!("UPDATE course.classes SET rules = '{rules}'")).await;
    for n in 1..=2 {
        apply(&test, &[n], 0, MORNING).await.unwrap();
    }
    let (draw, all) = in_a_draw(&test, 3..=6).await;
    assert_eq!(freeze(&test, draw.id).await.capacity, Some(2));
    let (proof, _) = publish(&test, draw.id).await;
    assert_eq!(seated(&test, &proof, &all).await.len(), 2);
}

/// No seatable head is left waiting.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_frozen_draw_was_promised_is_offered_to_the_line_as_it_is_voided_and_nobody_is_in_it_any_more() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let window = window_for_draw(&test, 1, 0, "2026-10-01").await;
    let draw = commit(&test, window).await;
    let entered = enter(&test, window, &[1], 0).await;
    freeze(&test, draw.id).await;
    leave(&test, entered, State::Withdrawn, MORNING).await.unwrap();
    let waits = apply(&test, &[2], 0, MORNING).await.unwrap();
    assert_eq!(waits.state, State::Waitlisted, "what was free is kept for the draw");
    let (_, moves) = tx!(test, |tx| draw::void(tx, draw.id, "誤り", MORNING).await).unwrap();
    assert_eq!(ends(&moves), [(waits.application, State::Offered)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_stand_by_as_was_announced_and_the_others_have_lost() {
    let test = house(4).await;
    class(&test, 1, 3, "skip_if_not_fit").await;
    test.execute("UPDATE course.places SET waiting_capacity = 2").await;
    let window = window_for_draw(&test, 1, 0, "2026-10-01").await;
    let draw = commit(&test, window).await;
    // what changes after the announcement changes nothing of it
    test.execute("UPDATE course.places SET waiting_capacity = NULL").await;
    enter_all(&test, window, 1..=10).await;
    freeze(&test, draw.id).await;
    let (_, moves) = publish(&test, draw.id).await;
    let many = |state| moves.iter().filter(|one| one.to == state).count();
    assert_eq!((many(State::Admitted), many(State::Waitlisted), many(State::Lost)), (3, 2, 5));
}

/// I8: nobody tries until they are pleased.
#[tokio::test(flavor = "multi_thread")]
async fn a_draw_that_is_announced_again_once_people_could_apply_names_a_public_value() {
    let test = house(4).await;
    class(&test, 1, 3, "skip_if_not_fit").await;
    test.execute("UPDATE course.classes SET published_at = '2026-09-01'").await;
    let window = window_for_draw(&test, 1, 0, "2026-10-01").await;
    let key = test.seal();
    let commit = async |beacon: Option<&str>, now| {
        let asked = Announcement { beacon: beacon.map(str::to_owned), standby: None };
        tx!(test, |tx| draw::commit(tx, &key, window, asked.clone(), now).await)
    };
    let in_time = commit(None, time::macros::datetime!(2026-09-15 00:00 UTC)).await.unwrap();
    assert!(!in_time.announced().unwrap().late);
    tx!(test, |tx| draw::void(tx, in_time.id, "誤り", MORNING).await).unwrap();
    tx!(test, |tx| draw::align(tx, &key, class_id(1), MORNING).await).unwrap();
    assert!(matches!(commit(None, MORNING).await, Err(DrawError::BeaconNeeded { .. })), "nor by itself");
    let again = commit(Some("drand quicknet round 123456"), MORNING).await.unwrap();
    assert!(again.announced().unwrap().late);
    freeze(&test, again.id).await;
    let beacon = "11".repeat(32);
    let publish = async |beacon: Option<&str>| tx!(test, |tx| draw::publish(tx, &key, again.id, beacon, MORNING).await);
    assert!(matches!(publish(None).await, Err(DrawError::Beacon)));
    let (published, _) = publish(Some(&beacon)).await.unwrap();
    let proof: ::draw::Proof = serde_json::from_value(published.proof.unwrap()).unwrap();
    assert!(proof.rules.late && ::draw::verify(&proof).is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn places_that_became_fewer_after_the_freeze_go_to_who_was_drawn_first() {
    let test = house(4).await;
    class(&test, 1, 3, "strict_head").await;
    session(&test, 1, 1, MORNING + Duration::days(100)).await;
    let (draw, all) = in_a_draw(&test, 1..=3).await;
    freeze(&test, draw.id).await;
    resize(&test, 1, MORNING).await;
    let (proof, moves) = publish(&test, draw.id).await;
    let ::draw::Outcome::Capacity(result) = &proof.result else { panic!("capacity") };
    let found = tx!(test, |tx| course::application::find_all(tx, all.clone()).await).unwrap();
    let of =
        |entry: &str| found.iter().find(|one| one.draw_number.map(draw::name_of).as_deref() == Some(entry)).unwrap().id;
    let expected: Vec<_> = result
        .seated
        .iter()
        .map(|one| of(&one.entry))
        .zip([State::Admitted, State::Waitlisted, State::Waitlisted])
        .collect();
    assert_eq!(ends(&moves), expected);
}
