//! Sale windows: who sells through them, how it may be paid, and how they change.

use poem::http::Method;
use serde_json::{Value, json};
use tests::{Answer, TestApp};

use crate::sale::{best, house, performance};

/// The one window of the performance, changed.
async fn change(app: &TestApp, version: &str, change: Value) -> Answer {
    let listed = app.server().get(&format!("/v1/ticket/sale-windows?performance={}", performance())).await.ok();
    let path = format!("/v1/ticket/sale-windows/{}", listed["data"][0]["id"].as_str().unwrap());
    app.server().send(Method::PATCH, &path, &[("if-match", version)], Some(&change)).await
}

fn sale(method: &str) -> Value {
    let mut ask = best(1);
    ask["payment"] = method.into();
    ask
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_sells_only_through_its_channels() {
    let app = house().await;
    let open = app.page().post("/v1/ticket/holds", &best(1)).await.created();
    let changed = change(&app, "\"1\"", json!({ "channels": ["box_office"] })).await.ok();
    assert_eq!((&changed["channels"], &changed["version"]), (&json!(["box_office"]), &json!(2)));
    change(&app, "\"1\"", json!({ "channels": ["web"] })).await.refused(412, "version_mismatch");
    app.page().post("/v1/ticket/holds", &best(1)).await.refused(409, "ticket.sale_window.closed");
    app.server().post("/v1/ticket/sales", &sale("cash")).await.refused(409, "ticket.sale_window.closed");
    app.gate().post("/v1/ticket/sales", &sale("cash")).await.created();
    let path = format!("/v1/ticket/holds/{}", open["id"].as_str().unwrap());
    assert_eq!(app.server().get(&path).await.ok()["state"], "active");
    let none = json!({ "channels": [] });
    change(&app, "\"2\"", none).await.refused(400, "invalid_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_paid_only_as_its_window_promised() {
    let app = house().await;
    let changed = change(&app, "\"1\"", json!({ "payment_methods": ["cash", "sandbox_card"] })).await.ok();
    assert_eq!(changed["payment_methods"], json!(["cash", "sandbox_card"]));
    let hold = app.server().post("/v1/ticket/holds", &best(1)).await.created();
    let order = app.server().post("/v1/ticket/orders", &json!({ "hold": hold["id"] })).await.created();
    let bill = format!("/v1/bills/{}", order["bill"].as_str().unwrap());
    let pay = |method: &str| json!({ "method": method });
    let refused = app.server().post(&format!("{bill}/payments"), &pay("sandbox_konbini")).await;
    assert_eq!(refused.refused(422, "ticket.order.payment_method")["offered"], json!(["cash", "sandbox_card"]));
    let counter = format!("{bill}/counter-payments");
    app.gate().post(&counter, &pay("card_terminal")).await.refused(422, "ticket.order.payment_method");
    app.gate().post("/v1/ticket/sales", &sale("card_terminal")).await.refused(422, "ticket.order.payment_method");
    change(&app, "\"2\"", json!({ "payment_methods": ["card_terminal"] })).await.ok();
    app.gate().post(&counter, &pay("cash")).await.created(); // as was promised
}
