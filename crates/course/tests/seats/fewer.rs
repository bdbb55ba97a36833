//! Places that became fewer between the close and the results: missing to whoever comes last by the order of windows.

use std::ops::RangeInclusive;

use course::{
    draw::Draw,
    seats::{self, Capacity, Drawn, State, Way},
};
use kernel::ids::CourseApplicationId;
use testkit::{MORNING, TestDb};
use time::Duration;

use crate::{
    ask, class, class_id, enter_all, entry, house,
    promises::none_broken,
    resize,
    results::{freeze, in_a_draw, publish, two_draws},
    states, tx,
};

/// How many of them are admitted, and how many wait.
async fn admitted_and_waiting(test: &TestDb, all: &[CourseApplicationId]) -> (usize, usize) {
    let states = states(test, all).await;
    let many = |state| states.iter().filter(|one| **one == state).count();
    (many(State::Admitted), many(State::Waitlisted))
}

/// A class of five with two draws: two people are in the earlier, these in the later.
async fn five(later: RangeInclusive<u128>) -> (TestDb, [Draw; 2], [Vec<CourseApplicationId>; 2]) {
    let (test, windows, draws) = two_draws(5, "skip_if_not_fit").await;
    let entered = [enter_all(&test, windows[0], 1..=2).await, enter_all(&test, windows[1], later).await];
    (test, draws, entered)
}

/// The staff takes them, an hour later.
async fn choose(test: &TestDb, all: &[CourseApplicationId]) {
    let chosen = Drawn { seated: all.to_vec(), ..Drawn::default() };
    let later = MORNING + Duration::HOUR;
    tx!(test, |tx| seats::settle_screening(tx, class_id(1), &chosen, (&[], None), later).await).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_of_two_draws_is_missing_to_that_of_the_later_window_in_whatever_order_they_are_published() {
    for order in [[0, 1], [1, 0]] {
        for (capacity, held_back) in [(3, None), (5, Some(2))] {
            let (test, draws, [first, second]) = five(3..=5).await;
            freeze(&test, draws[0].id).await;
            assert_eq!(freeze(&test, draws[1].id).await.capacity, Some(3));
            let to = Capacity { capacity, held_back, waiting_capacity: None };
            tx!(test, |tx| seats::resize(tx, class_id(1), to, &test.remark("部屋替え"), MORNING).await).unwrap();
            for at in order {
                publish(&test, draws[at].id).await;
            }
            let told = (admitted_and_waiting(&test, &first).await, admitted_and_waiting(&test, &second).await);
            assert_eq!(told, ((2, 0), (1, 2)), "{order:?} {capacity}");
            none_broken(&test).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_before_an_earlier_window_is_frozen_is_missing_to_the_later_draw_that_was_frozen_before_it() {
    for (capacity, free, expected) in [(5, 2, ((2, 0), (3, 0))), (3, 2, ((2, 0), (1, 2))), (1, 1, ((1, 1), (0, 3)))] {
        let (test, draws, [first, second]) = five(3..=5).await;
        assert_eq!(freeze(&test, draws[1].id).await.capacity, Some(3));
        resize(&test, capacity, MORNING).await;
        assert_eq!(freeze(&test, draws[0].id).await.capacity, Some(free), "{capacity}");
        publish(&test, draws[0].id).await;
        publish(&test, draws[1].id).await;
        let told = (admitted_and_waiting(&test, &first).await, admitted_and_waiting(&test, &second).await);
        assert_eq!(told, expected, "{capacity}");
        none_broken(&test).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_drawn_and_waits_since_places_became_fewer_comes_before_whoever_is_drawn_in_a_later_window() {
    let (test, draws, [first, second]) = five(3..=4).await;
    freeze(&test, draws[0].id).await;
    freeze(&test, draws[1].id).await;
    resize(&test, 1, MORNING).await;
    publish(&test, draws[0].id).await;
    assert_eq!(admitted_and_waiting(&test, &first).await, (1, 1));
    resize(&test, 2, MORNING).await;
    publish(&test, draws[1].id).await;
    let mut found = states(&test, &first).await;
    found.sort_by_key(|state| *state == State::Offered);
    assert_eq!(found, [State::Admitted, State::Offered]);
    assert_eq!(admitted_and_waiting(&test, &second).await, (0, 2));
    none_broken(&test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_screened_in_an_earlier_window_comes_before_a_later_draw_when_places_became_fewer() {
    let test = house(4).await;
    class(&test, 1, 5, "skip_if_not_fit").await;
    let mut screened = Vec::new();
    for n in 1..=2 {
        screened.push(ask(&test, &entry(1, &[n], 0, Way::Screening), MORNING).await.unwrap().application);
    }
    let (draw, drawn) = in_a_draw(&test, 3..=5).await;
    assert_eq!(freeze(&test, draw.id).await.capacity, Some(3));
    resize(&test, 3, MORNING).await;
    choose(&test, &screened).await;
    assert_eq!(admitted_and_waiting(&test, &screened).await, (2, 0));
    publish(&test, draw.id).await;
    assert_eq!(admitted_and_waiting(&test, &drawn).await, (1, 2));
    none_broken(&test).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_screened_and_applied_after_the_freeze_of_a_later_draw_takes_nothing_of_what_it_was_promised() {
    let test = house(4).await;
    class(&test, 1, 3, "skip_if_not_fit").await;
    let (draw, drawn) = in_a_draw(&test, 1..=3).await;
    freeze(&test, draw.id).await;
    resize(&test, 2, MORNING).await;
    let later = ask(&test, &entry(1, &[4], 0, Way::Screening), MORNING + Duration::HOUR).await.unwrap().application;
    choose(&test, &[later]).await;
    assert_eq!(admitted_and_waiting(&test, &[later]).await, (0, 1));
    publish(&test, draw.id).await;
    assert_eq!(admitted_and_waiting(&test, &drawn).await, (2, 1));
    none_broken(&test).await;
}
