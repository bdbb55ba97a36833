//! Money goes back, tickets become void, seats and places return: in one transaction.

use kernel::Service;
use poem::http::Method;
use serde_json::{Value, json};
use testkit::hall;
use tests::{Answer, TestApp};
use time::macros::datetime;

use crate::sale::{adult, best, house, performance, seats, status};

/// Two seats and their money, at the counter: the order, its bill and its tickets.
async fn sold(app: &TestApp, count: i32) -> (Value, String, Vec<Value>) {
    let mut ask = best(count);
    ask["payment"] = "cash".into();
    let sale = app.server().post("/v1/ticket/sales", &ask).await.created();
    let bill = sale["order"]["bill"].as_str().unwrap().to_owned();
    (sale["order"].clone(), bill, sale["tickets"].as_array().unwrap().clone())
}

async fn refund(app: &TestApp, bill: &str, more: Value) -> Answer {
    let mut ask = json!({ "route": "cash", "reason": "patron" });
    for (name, value) in more.as_object().unwrap() {
        ask[name] = value.clone();
    }
    app.server().post(&format!("/v1/bills/{bill}/refunds"), &ask).await
}

async fn enter(app: &TestApp, ticket: &Value) -> Answer {
    let nonce = uuid::Uuid::new_v4().to_string();
    let read = json!({ "code": ticket["code"], "performance": performance(), "gate": "南口", "nonce": nonce });
    app.gate().post("/v1/ticket/admissions", &read).await
}

async fn bits(app: &TestApp) -> String {
    status(app).await.ok()["bits"].as_str().unwrap().to_owned()
}

/// What the ledger says was sold, after it was held against the bills.
async fn revenue(app: &TestApp) -> i64 {
    let scope = app.test.scope(Service::Core);
    let work = async |tx: &mut db::TenantTx| -> Result<_, db::Fault> {
        assert_eq!(billing::ledger::disagreeing(tx).await?, []);
        billing::ledger::totals_of_all(tx).await
    };
    let totals = app.test.db.read(&scope, work).await.unwrap();
    assert!(totals.balanced());
    totals.revenue.0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_of_one_ticket_voids_it_and_its_seat_is_for_sale() {
    let app = house().await;
    let before = bits(&app).await;
    let (order, bill, tickets) = sold(&app, 2).await;
    let back = refund(&app, &bill, json!({ "tickets": [tickets[0]["id"]] })).await.created();
    assert_eq!((&back["amount"], &back["voided_tickets"]), (&json!(5_000), &json!([tickets[0]["id"]])));
    assert_eq!(revenue(&app).await, 5_220, "one seat and the fees");

    let path = format!("/v1/ticket/orders/{}", order["id"].as_str().unwrap());
    assert_eq!(app.server().get(&path).await.ok()["voided_tickets"], 1);
    let listed = app.server().get(&format!("{path}/tickets")).await.ok();
    assert_eq!((&listed["data"][0]["void_cause"], listed["data"][0].get("code")), (&json!("refunded"), None));
    assert!(listed["data"][1].get("voided_at").is_none());
    let seat = seats(&[tickets[0]["seat"].as_str().unwrap().parse().unwrap()]);
    app.page().post("/v1/ticket/holds", &seat).await.created();

    app.clock.set(datetime!(2026-12-24 08:40 UTC));
    let refused = enter(&app, &tickets[0]).await.refused(409, "ticket.admission.voided");
    assert_eq!(refused["cause"], "refunded");
    enter(&app, &tickets[1]).await.created();
    refund(&app, &bill, json!({ "tickets": [tickets[0]["id"]] })).await.refused(409, "billing.refund.too_much");
    let used = refund(&app, &bill, json!({ "tickets": [tickets[1]["id"]] })).await;
    assert_eq!(used.refused(409, "ticket.ticket.admitted")["tickets"], json!([tickets[1]["id"]]));
    refund(&app, &bill, json!({})).await.refused(409, "ticket.ticket.admitted");
    assert_eq!(revenue(&app).await, 5_220, "a refusal changes nothing");
    assert_ne!(bits(&app).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_of_everything_voids_all_and_fees_go_back_when_asked() {
    let app = house().await;
    let before = bits(&app).await;
    let (_, bill, tickets) = sold(&app, 3).await;
    let back = refund(&app, &bill, json!({ "tickets": [tickets[2]["id"]], "fees": true })).await.created();
    assert_eq!(back["amount"], 5_110);
    let rest = refund(&app, &bill, json!({ "reason": "performance_cancelled" })).await.created();
    assert_eq!((&rest["amount"], rest["voided_tickets"].as_array().unwrap().len()), (&json!(10_220), 2));
    assert_eq!((revenue(&app).await, bits(&app).await), (0, before));
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_void_as_many_tickets_as_come_back_and_money_alone_voids_none() {
    let app = house().await;
    let draft = json!({ "performance": performance(), "seat_class": hall::standing().to_string(), "name": "立見", "capacity": 5 });
    let pool = app.server().post("/v1/ticket/pools", &draft).await.created();
    let ask = json!({
        "performance": performance(), "payment": "cash",
        "places": { "pool": pool["id"], "tickets": [{ "ticket_type": adult(), "count": 3 }] },
    });
    let sale = app.server().post("/v1/ticket/sales", &ask).await.created();
    let bill = sale["order"]["bill"].as_str().unwrap();
    let line = app.server().get(&format!("/v1/bills/{bill}")).await.ok()["lines"][0]["id"].clone();
    let part =
        |amount: i64, quantity: i64| json!({ "lines": [{ "line": line, "amount": amount, "quantity": quantity }] });
    let path = format!("/v1/ticket/pools/{}", pool["id"].as_str().unwrap());

    assert_eq!(refund(&app, bill, part(500, 0)).await.created()["voided_tickets"], json!([]));
    assert_eq!(refund(&app, bill, part(2_500, 1)).await.created()["voided_tickets"].as_array().unwrap().len(), 1);
    assert_eq!(app.server().get(&path).await.ok()["taken"], 2);
    let mut off = part(3_000, 1);
    off["seats"] = "off_sale".into();
    refund(&app, bill, off).await.created();
    let pool = app.server().get(&path).await.ok();
    assert_eq!((&pool["taken"], &pool["capacity"]), (&json!(1), &json!(4)));
    let few = refund(&app, bill, part(10, 2)).await.refused(409, "ticket.ticket.too_few");
    assert_eq!(few["valid"], 1);
    assert_eq!(revenue(&app).await, 3_000 + 330);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_voided_by_staff_with_a_reason_and_without_money() {
    let app = house().await;
    let (_, _, tickets) = sold(&app, 2).await;
    let path = format!("/v1/ticket/tickets/{}/void", tickets[0]["id"].as_str().unwrap());
    let ask = json!({ "reason": "不正転売", "seats": "off_sale" });
    app.page().post(&path, &ask).await.refused(403, "permission_denied");
    app.neighbour().post(&path, &ask).await.refused(404, "absent");
    let voided = app.server().post(&path, &ask).await.ok();
    assert_eq!((&voided["void_cause"], &voided["void_note"]), (&json!("house"), &json!("不正転売")));
    app.server().post(&path, &ask).await.refused(409, "ticket.ticket.not_valid");
    let seat = seats(&[tickets[0]["seat"].as_str().unwrap().parse().unwrap()]);
    app.page().post("/v1/ticket/holds", &seat).await.refused(409, "ticket.hold.seat_taken");
    assert_eq!(revenue(&app).await, 10_220);
    app.clock.set(datetime!(2026-12-24 08:40 UTC));
    assert_eq!(enter(&app, &tickets[0]).await.refused(409, "ticket.admission.voided")["note"], "不正転売");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_is_named_once_and_is_of_this_order() {
    let app = house().await;
    let (_, bill, tickets) = sold(&app, 1).await;
    let (_, other, _) = sold(&app, 1).await;
    refund(&app, &other, json!({ "tickets": [tickets[0]["id"]] })).await.refused(422, "ticket.refund.unclear");
    let line = app.server().get(&format!("/v1/bills/{bill}")).await.ok()["lines"][0]["id"].clone();
    let both = json!({ "tickets": [tickets[0]["id"]], "lines": [{ "line": line, "amount": 1 }] });
    refund(&app, &bill, both).await.refused(422, "ticket.refund.unclear");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_refund_and_an_admission_at_the_same_moment_exactly_one_wins() {
    let app = house().await;
    let mut sales = Vec::new();
    for _ in 0..10 {
        sales.push(sold(&app, 1).await);
    }
    app.clock.set(datetime!(2026-12-24 08:40 UTC));
    for (_, bill, tickets) in &sales {
        let named = json!({ "tickets": [tickets[0]["id"]] });
        let (back, entered) = tokio::join!(refund(&app, bill, named), enter(&app, &tickets[0]));
        match (back.status.as_u16(), entered.status.as_u16()) {
            (201, 409) => assert_eq!(entered.code(), "ticket.admission.voided"),
            (409, 201) => assert_eq!(back.code(), "ticket.ticket.admitted"),
            other => panic!("{other:?} {} {}", back.text, entered.text),
        }
    }
    revenue(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_with_one_key_gives_back_once() {
    let app = house().await;
    let (_, bill, tickets) = sold(&app, 2).await;
    let ask = json!({ "route": "cash", "reason": "patron", "tickets": [tickets[0]["id"]] });
    let (path, key) = (format!("/v1/bills/{bill}/refunds"), [("idempotency-key", "back-1")]);
    let first = app.server().send(Method::POST, &path, &key, Some(&ask)).await.created();
    assert_eq!(app.server().send(Method::POST, &path, &key, Some(&ask)).await.created(), first);
    assert_eq!(revenue(&app).await, 5_220);
}
