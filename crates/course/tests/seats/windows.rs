//! The order of windows is the order of the line, too: whoever applies in an earlier one comes before whoever is undecided in a later one.

use course::seats::{Entry, State, Way};
use testkit::MORNING;
use time::Duration;

use crate::{
    apply, ask, class, ends, enter, entry, house, leave,
    promises::none_broken,
    results::{commit, freeze, publish},
    states, window_for_draw,
};

/// I2.
#[tokio::test(flavor = "multi_thread")]
async fn who_waited_for_one_draw_comes_before_whoever_is_in_another_of_a_later_window() {
    let test = house(4).await;
    class(&test, 1, 2, "strict_head").await;
    let windows = [window_for_draw(&test, 1, 0, "2025-10-01").await, window_for_draw(&test, 1, 1, "2026-10-01").await];
    let draws = [commit(&test, windows[0]).await, commit(&test, windows[1]).await];
    let first = enter(&test, windows[0], &[1], 0).await;
    let waits = apply(&test, &[2], 0, MORNING).await.unwrap();
    assert_eq!(waits.state, State::Waitlisted, "behind the first draw");
    let second = enter(&test, windows[1], &[3], 0).await;
    freeze(&test, draws[0].id).await;
    let (_, moves) = publish(&test, draws[0].id).await;
    assert_eq!(ends(&moves), [(first, State::Admitted), (waits.application, State::Offered)]);
    assert_eq!(freeze(&test, draws[1].id).await.capacity, Some(0));
    publish(&test, draws[1].id).await;
    assert_eq!(states(&test, &[second]).await, [State::Waitlisted]);
}

/// I2.
#[tokio::test(flavor = "multi_thread")]
async fn who_waits_since_an_earlier_window_is_passed_neither_by_a_later_draw_nor_by_who_stands_by_in_it() {
    let test = house(4).await;
    class(&test, 1, 3, "strict_head").await;
    let seated = apply(&test, &[1], 0, MORNING).await.unwrap().application;
    let window = window_for_draw(&test, 1, 0, "2026-10-01").await;
    let draw = commit(&test, window).await;
    let entered = [enter(&test, window, &[2], 0).await, enter(&test, window, &[3], 0).await];
    let later = window_for_draw(&test, 1, 1, "2026-10-05").await;
    let behind = ask(&test, &Entry { window: later, ..entry(1, &[4], 0, Way::FirstCome) }, MORNING).await.unwrap();
    let family = apply(&test, &[5, 6, 7], 0, MORNING).await.unwrap();
    assert_eq!((behind.state, family.state), (State::Waitlisted, State::Waitlisted), "two places are free");
    let (family, behind) = (family.application, behind.application);

    assert_eq!(freeze(&test, draw.id).await.capacity, Some(0), "they are not for the draw");
    publish(&test, draw.id).await;
    assert_eq!(states(&test, &[entered[0], entered[1], family, behind]).await, [State::Waitlisted; 4]);
    let moves = leave(&test, seated, State::Withdrawn, MORNING).await.unwrap();
    assert_eq!(ends(&moves), [(seated, State::Withdrawn), (family, State::Offered)]);
    let moves = leave(&test, family, State::Declined, MORNING).await.unwrap();
    assert_eq!(ends(&moves).last(), Some(&(behind, State::Offered)), "behind the draw, as they applied");
    none_broken(&test).await;
}

/// I2.
#[tokio::test(flavor = "multi_thread")]
async fn who_waits_behind_one_draw_stays_before_another_of_a_later_window_that_is_published_first() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let windows = [window_for_draw(&test, 1, 0, "2025-10-01").await, window_for_draw(&test, 1, 1, "2026-10-01").await];
    let draw = commit(&test, windows[1]).await;
    let first = enter(&test, windows[0], &[1], 0).await;
    let second = enter(&test, windows[1], &[2], 0).await;
    let waits = apply(&test, &[3], 0, MORNING).await.unwrap();
    assert_eq!(waits.state, State::Waitlisted, "behind the first draw");
    assert_eq!(freeze(&test, draw.id).await.capacity, Some(0));
    publish(&test, draw.id).await;
    let moves = leave(&test, first, State::Withdrawn, MORNING).await.unwrap();
    assert_eq!(ends(&moves), [(first, State::Withdrawn), (waits.application, State::Offered)]);
    assert_eq!(states(&test, &[second]).await, [State::Waitlisted]);
    none_broken(&test).await;
}

/// I2.
#[tokio::test(flavor = "multi_thread")]
async fn when_the_last_of_an_earlier_draw_withdraws_who_waited_for_them_comes_before_a_later_draw() {
    let test = house(4).await;
    class(&test, 1, 1, "strict_head").await;
    let windows = [window_for_draw(&test, 1, 0, "2025-10-01").await, window_for_draw(&test, 1, 1, "2026-10-01").await];
    let first = enter(&test, windows[0], &[1], 0).await;
    enter(&test, windows[1], &[2], 0).await;
    let waits = apply(&test, &[3], 0, MORNING).await.unwrap();
    assert_eq!(waits.state, State::Waitlisted);
    let moves = leave(&test, first, State::Withdrawn, MORNING).await.unwrap();
    assert_eq!(ends(&moves), [(first, State::Withdrawn), (waits.application, State::Offered)]);
    let next = apply(&test, &[4], 0, MORNING).await.unwrap().application;
    assert_eq!(
        ends(&leave(&test, waits.application, State::Declined, MORNING).await.unwrap()).last(),
        Some(&(next, State::Offered)),
        "and whoever applies then, too"
    );
    none_broken(&test).await;
}

/// 郵送: in the order of receipt, before the draw as whoever is on the web.
#[tokio::test(flavor = "multi_thread")]
async fn who_came_by_post_in_an_earlier_window_passes_who_was_received_later_and_waits_before_the_draw() {
    let test = house(4).await;
    class(&test, 1, 3, "strict_head").await;
    apply(&test, &[1], 0, MORNING).await.unwrap();
    let window = window_for_draw(&test, 1, 0, "2026-10-01").await;
    let entered = enter(&test, window, &[2], 0).await;
    let family = apply(&test, &[3, 4, 5], 0, MORNING).await.unwrap().application;
    let post = Entry { channel: "post", received_at: MORNING - Duration::HOUR, ..entry(1, &[6], 0, Way::FirstCome) };
    let post = ask(&test, &post, MORNING).await.unwrap();
    assert_eq!(post.state, State::Offered, "the family needs more than is free");
    leave(&test, post.application, State::Declined, MORNING).await.unwrap();
    assert_eq!(states(&test, &[family, entered]).await, [State::Waitlisted, State::Entered]);
    none_broken(&test).await;
}
