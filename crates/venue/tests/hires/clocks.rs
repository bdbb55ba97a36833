//! A request carries the moment at which it came in. Between two of them, the one that came later may have acted first.

use kernel::ids::HireHoldId;
use testkit::MORNING;
use time::Duration;
use venue::{application::ApplicationError, hire_hold, hire_hold::HoldError};

use crate::stage::{Stage, tx};

const LASTS: Duration = hire_hold::LASTS;

/// Somebody holds; then somebody else, whose request comes in just after that ran out, takes the same. Answers with the first.
async fn outrun(stage: &Stage, (first, second): (usize, usize), pianos: i32) -> HireHoldId {
    let quote = stage.quote(vec![stage.wish(first, 0, (1, 1), pianos)], MORNING).await;
    let held = stage.hold(quote, MORNING).await.unwrap();
    let quote = stage.quote(vec![stage.wish(second, 0, (1, 1), pianos)], MORNING).await;
    stage.hold(quote, MORNING + LASTS + Duration::SECOND).await.expect("what ran out is free");
    held.hold.id
}

/// No part, and not the one piano, is somebody's while it is somebody else's.
async fn never_twice(stage: &Stage) {
    for (table, of) in [("occupancy", "atom_id"), ("equipment_claims", "equipment_id")] {
        let twice = format!(
            "SELECT FROM venue.{table} AS a JOIN venue.{table} AS b ON b.{of} = a.{of} AND b.source_id <> a.source_id \
             WHERE a.active AND b.active AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at"
        );
        stage.test.execute(&format!("DO $$ BEGIN IF EXISTS ({twice}) THEN RAISE 'had twice'; END IF; END $$")).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_still_under_way_with_a_hold_that_another_took_applies_for_nothing() {
    let stage = Stage::open(1).await;
    let hold = outrun(&stage, (0, 1), 0).await;
    let late = stage.submit(hold, MORNING + LASTS - Duration::SECOND).await;
    assert!(matches!(&late, Err(ApplicationError::Hold(HoldError::Over(why))) if why == "expired"), "{late:?}");
    never_twice(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_is_such_a_hold_extended() {
    let stage = Stage::open(1).await;
    let hold = outrun(&stage, (0, 2), 0).await;
    let late = tx!(stage, |tx| hire_hold::extend(tx, hold, MORNING + LASTS - Duration::SECOND).await);
    assert!(matches!(&late, Err(HoldError::Over(why)) if why == "expired"), "{late:?}");
    never_twice(&stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_does_the_one_piano_go_to_two_of_them_in_rooms_apart() {
    for extends in [false, true] {
        let stage = Stage::open(1).await;
        let hold = outrun(&stage, (1, 2), 1).await;
        let just_before = MORNING + LASTS - Duration::SECOND;
        let late = if extends {
            tx!(stage, |tx| hire_hold::extend(tx, hold, just_before).await).map(|_| ()).map_err(ApplicationError::from)
        } else {
            stage.submit(hold, just_before).await.map(|_| ())
        };
        assert!(matches!(&late, Err(ApplicationError::Hold(HoldError::Over(why))) if why == "expired"), "{late:?}");
        never_twice(&stage).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_that_ran_out_and_that_nobody_wants_is_kept_by_who_was_in_time() {
    let stage = Stage::open(1).await;
    let quote = stage.quote(vec![stage.wish(0, 0, (1, 1), 1)], MORNING).await;
    let held = stage.hold(quote, MORNING).await.unwrap();
    let apart = stage.quote(vec![stage.wish(0, 0, (2, 2), 1)], MORNING).await;
    stage.hold(apart, MORNING + LASTS + Duration::SECOND).await.unwrap();
    stage.submit(held.hold.id, MORNING + LASTS - Duration::SECOND).await.expect("nobody was in its way");
    never_twice(&stage).await;
}
