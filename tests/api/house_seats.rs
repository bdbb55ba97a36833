//! House seats: kept off sale for a reason, and given back.

use serde_json::{Value, json};
use testkit::hall;
use tests::{Answer, TestApp};

use crate::sale::{house, performance, seats};

async fn block(app: &TestApp, seats: &[kernel::ids::SeatId]) -> Answer {
    let ask = json!({ "seats": seats.iter().map(ToString::to_string).collect::<Vec<_>>(), "reason": "関係者席" });
    app.server().post(&format!("/v1/ticket/performances/{}/house-seats/block", performance()), &ask).await
}

async fn unblock(app: &TestApp, seats: &[kernel::ids::SeatId]) -> Answer {
    let ask = json!({ "seats": seats.iter().map(ToString::to_string).collect::<Vec<_>>() });
    app.server().post(&format!("/v1/ticket/performances/{}/house-seats/unblock", performance()), &ask).await
}

async fn bits(app: &TestApp) -> Value {
    app.server().get(&format!("/v1/ticket/performances/{}/seats", performance())).await.ok()["bits"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_seat_is_off_sale_until_it_is_unblocked() {
    let app = house().await;
    let (one, two) = (hall::seat(1, 1), hall::seat(1, 2));
    let blocked = block(&app, &[one, two]).await.ok();
    assert_eq!((blocked["seats"].as_array().unwrap().len(), &blocked["reason"]), (2, &json!("関係者席")));
    assert_eq!(bits(&app).await, "DwAAAAAA");
    app.page().post("/v1/ticket/holds", &seats(&[one])).await.refused(409, "ticket.hold.seat_taken");
    let path = format!("/v1/ticket/performances/{}/house-seats", performance());
    let listed = app.server().get(&path).await.ok();
    assert_eq!((listed["data"].as_array().unwrap().len(), &listed["data"][0]["place"]), (2, &json!("1F 1-1")));
    app.page().get(&path).await.refused(403, "permission_denied");

    unblock(&app, &[one, two]).await.ok();
    assert_eq!(bits(&app).await, "AAAAAAAA");
    app.page().post("/v1/ticket/holds", &seats(&[one])).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn held_and_sold_seats_are_listed_and_nothing_is_blocked() {
    let app = house().await;
    let (free, held, sold) = (hall::seat(2, 1), hall::seat(2, 2), hall::seat(2, 3));
    app.page().post("/v1/ticket/holds", &seats(&[held])).await.created();
    let mut sale = seats(&[sold]);
    sale["payment"] = "cash".into();
    app.server().post("/v1/ticket/sales", &sale).await.created();
    let before = bits(&app).await;
    let refused = block(&app, &[free, held, sold]).await.refused(409, "ticket.seat.in_use");
    assert_eq!((&refused["held"], &refused["sold"]), (&json!([held.to_string()]), &json!([sold.to_string()])));
    let nowhere = hall::id(0xdead);
    block(&app, &[free, nowhere]).await.refused(422, "ticket.hold.place_unknown");
    assert_eq!(bits(&app).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_block_and_a_hold_at_the_same_moment_exactly_one_wins() {
    let app = house().await;
    for place in 1..=8 {
        let seat = [hall::seat(2, place)];
        let page = app.page();
        let wanted = seats(&seat);
        let (blocked, held) = tokio::join!(block(&app, &seat), page.post("/v1/ticket/holds", &wanted));
        let statuses = (blocked.status.as_u16(), held.status.as_u16());
        assert!(matches!(statuses, (200, 409) | (409, 201)), "{statuses:?} {} {}", blocked.text, held.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn blocking_is_journalled_without_the_words_of_the_house() {
    let app = house().await;
    block(&app, &[hall::seat(1, 1)]).await.ok();
    unblock(&app, &[hall::seat(1, 1)]).await.ok();
    let told = crate::journal::of(&app).await;
    assert!(told.iter().any(|event| event == "ticket.performance.seats_blocked"), "{told:?}");
    assert!(told.iter().any(|event| event == "ticket.performance.seats_unblocked"), "{told:?}");
}
