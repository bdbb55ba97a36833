//! Numbers of permits: by facility and fiscal year, from 1, without gaps.

use kernel::{Instant, ids::HireApplicationId};
use time::macros::datetime;
use venue::{
    application::{self, Approval, Paid},
    permit,
};

use crate::stage::{Stage, tx};

/// Held, applied for and granted on a day of its own.
pub async fn granted(stage: &Stage, day: i64, now: Instant) -> HireApplicationId {
    let quote = stage.quote(vec![stage.wish(1, day, (0, 0), 0)], now).await;
    let held = stage.hold(quote, now).await.unwrap();
    let id = stage.submit(held.hold.id, now).await.unwrap().application.id;
    let approval = Approval { conditions: None, grants: Vec::new(), due_at: None };
    tx!(stage, |tx| application::approve(tx, id, None, &approval, now).await).unwrap();
    id
}

pub async fn paid(stage: &Stage, id: HireApplicationId, now: Instant) -> String {
    assert_eq!(tx!(stage, |tx| application::paid(tx, id, now).await).unwrap(), Paid::Confirmed);
    tx!(stage, |tx| permit::of_application(tx, id).await).unwrap()[0].display_number()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fiscal_year_begins_on_the_first_of_april_in_japan() {
    let stage = Stage::open(1).await;
    let (last, first) = (datetime!(2027-03-31 23:59:59 +9), datetime!(2027-04-01 00:00 +9));
    let mut waiting = Vec::new();
    for day in 200..204 {
        waiting.push(granted(&stage, day, last).await);
    }
    let mut numbers = Vec::new();
    for (id, now) in waiting.into_iter().zip([last, last, first, first]) {
        numbers.push(paid(&stage, id, now).await);
    }
    assert_eq!(numbers, ["2026-000001", "2026-000002", "2027-000001", "2027-000002"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_was_rolled_back_is_the_next_ones() {
    let stage = Stage::open(1).await;
    let now = datetime!(2026-12-01 10:00 +9);
    let (undone, next) = (granted(&stage, 20, now).await, granted(&stage, 21, now).await);
    let scope = stage.test.scope(kernel::Service::Venue);
    let work = async |tx: &mut db::TenantTx| application::paid(tx, undone, now).await;
    assert_eq!(stage.test.db.rehearse(&scope, work).await.unwrap(), Paid::Confirmed);
    assert_eq!(paid(&stage, next, now).await, "2026-000001");
    assert_eq!(paid(&stage, undone, now).await, "2026-000002");
}
