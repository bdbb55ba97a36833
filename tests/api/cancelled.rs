//! 公演中止: a performance is called off, and what follows from that. And what is announced before it is sold.

use poem::http::Method;
use serde_json::{Value, json};
use testkit::hall;
use tests::TestApp;
use time::macros::datetime;

use crate::sale::{best, house, konbini, performance};

async fn cancel(app: &TestApp) -> Value {
    app.server().post(&format!("/v1/ticket/performances/{}/cancel", performance()), &json!({})).await.ok()
}

fn refunds_due() -> String {
    format!("/v1/ticket/performances/{}/refunds-due", performance())
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_stops_the_sale_at_once_and_lists_what_must_be_refunded() {
    let app = house().await;
    app.server().get(&refunds_due()).await.refused(409, "ticket.catalogue.state");
    let mut ask = best(2);
    ask["payment"] = "cash".into();
    let sale = app.server().post("/v1/ticket/sales", &ask).await.created();
    let held = app.server().post("/v1/ticket/holds", &best(1)).await.created();

    let done = cancel(&app).await;
    assert_eq!((&done["performance"]["state"], &done["orders_to_refund"]), (&json!("cancelled"), &json!(1)));
    assert_eq!(done["tickets_to_void"], 2);
    app.page().post("/v1/ticket/holds", &best(1)).await.refused(409, "ticket.performance.not_on_sale");
    app.server().post("/v1/ticket/sales", &ask).await.refused(409, "ticket.performance.not_on_sale");
    let late = json!({ "hold": held["id"] });
    app.server().post("/v1/ticket/orders", &late).await.refused(409, "ticket.hold.ended");

    let due = app.server().get(&refunds_due()).await.ok();
    assert_eq!((&due["data"][0]["order"], &due["data"][0]["amount"]), (&sale["order"]["id"], &json!(10_220)));
    app.neighbour().get(&refunds_due()).await.refused(409, "ticket.catalogue.state"); // their own goes on
    app.page().get(&refunds_due()).await.refused(403, "permission_denied");
    let bill = due["data"][0]["bill"].as_str().unwrap();
    let back = json!({ "route": "cash", "reason": "performance_cancelled" });
    app.server().post(&format!("/v1/bills/{bill}/refunds"), &back).await.created();
    assert_eq!(app.server().get(&refunds_due()).await.ok()["data"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_comes_after_the_cancellation_goes_back_by_itself() {
    let app = house().await;
    let hold = app.server().post("/v1/ticket/holds", &best(1)).await.created();
    let order = app.server().post("/v1/ticket/orders", &json!({ "hold": hold["id"] })).await.created();
    let pay = format!("/v1/bills/{}/payments", order["bill"].as_str().unwrap());
    let payment = app.server().post(&pay, &json!({ "method": "sandbox_konbini" })).await.created();
    cancel(&app).await;
    konbini(&app, &payment).await;
    let path = format!("/v1/payments/{}", payment["id"].as_str().unwrap());
    assert_eq!(app.server().get(&path).await.ok()["state"], "refunded");
    assert_eq!(app.server().get(&refunds_due()).await.ok()["data"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_enters_a_cancelled_performance_and_it_stays_cancelled() {
    let app = house().await;
    let mut ask = best(1);
    ask["payment"] = "cash".into();
    let sale = app.server().post("/v1/ticket/sales", &ask).await.created();
    cancel(&app).await;
    app.clock.set(datetime!(2026-12-24 08:40 UTC));
    let read = json!({ "code": sale["tickets"][0]["code"], "performance": performance(), "nonce": "n1" });
    app.gate().post("/v1/ticket/admissions", &read).await.refused(409, "ticket.admission.performance_cancelled");
    for verb in ["resume", "pause", "close", "cancel", "announce"] {
        let path = format!("/v1/ticket/performances/{}/{verb}", performance());
        app.server().post(&path, &json!({})).await.refused(409, "ticket.catalogue.state");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_performance_is_announced_before_it_is_sold() {
    let app = house().await;
    let on_sale = app.server().get(&format!("/v1/ticket/performances/{}", performance())).await.ok();
    let draft = json!({
        "production": on_sale["production"], "hall": on_sale["hall"], "doors_at": "2026-12-25T17:30:00+09:00",
        "starts_at": "2026-12-25T18:00:00+09:00", "ends_at": "2026-12-25T20:00:00+09:00", "capacity_cap": 5,
    });
    let made = app.server().post("/v1/ticket/performances", &draft).await.created();
    let path = format!("/v1/ticket/performances/{}", made["id"].as_str().unwrap());
    app.page().get(&path).await.refused(404, "absent");
    let announced = app.server().post(&format!("{path}/announce"), &json!({})).await.ok();
    assert_eq!((&announced["state"], &announced["capacity_cap"]), (&json!("announced"), &json!(5)));
    assert_eq!(app.page().get(&path).await.ok()["state"], "announced");

    let pool = json!({ "performance": made["id"], "seat_class": hall::standing().to_string(), "name": "自由席", "capacity": 6 });
    let over = app.server().post("/v1/ticket/pools", &pool).await.refused(409, "ticket.pool.above_capacity");
    assert_eq!((&over["places"], &over["allowed"]), (&json!(6), &json!(5)));
    let lifted = json!({ "capacity_cap": null });
    assert!(app.server().send(Method::PATCH, &path, &[], Some(&lifted)).await.ok().get("capacity_cap").is_none());
    let pool = app.server().post("/v1/ticket/pools", &pool).await.created();
    app.server().send(Method::PATCH, &path, &[], Some(&json!({ "capacity_cap": 5 }))).await.ok();
    let closed = app.server().post(&format!("{path}/open"), &json!({ "seat_classes": [] })).await;
    let missing = closed.refused(422, "ticket.performance.not_sellable")["missing"].clone();
    assert!(
        missing.as_array().unwrap().contains(&json!({ "code": "capacity_cap", "places": 6, "allowed": 5 })),
        "{missing}"
    );
    let (grow, seven) = (format!("/v1/ticket/pools/{}/resize", pool["id"].as_str().unwrap()), json!({ "capacity": 7 }));
    app.server().post(&grow, &seven).await.refused(409, "ticket.pool.above_capacity");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_reads_its_own_order_with_the_client_secret_and_no_list() {
    let app = house().await;
    let page = app.page();
    let hold = page.post("/v1/ticket/holds", &best(1)).await.created();
    let secret = hold["client_secret"].as_str().unwrap();
    let headers = [("client-secret", secret), ("idempotency-key", "o-1")];
    let ask = json!({ "hold": hold["id"] });
    let order = page.send(Method::POST, "/v1/ticket/orders", &headers, Some(&ask)).await.created();
    let path = format!("/v1/ticket/orders/{}", order["id"].as_str().unwrap());
    assert_eq!(page.send(Method::GET, &path, &headers[..1], None).await.ok()["id"], order["id"]);
    page.get(&path).await.refused(404, "absent");
    page.get("/v1/ticket/orders").await.refused(403, "ticket.order.list_needs_session");
}
