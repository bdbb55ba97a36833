//! A hall sells, over HTTP: hold, order, pay, issue, admit; and the counter in one request.

use billing::call_off;
use db::TenantTx;
use kernel::{Service, ids::SeatId};
use poem::http::Method;
use serde_json::{Value, json};
use testkit::{MORNING, hall, twins::ORIGIN};
use tests::{Answer, Client, TestApp};
use ticket::stock::{self, ClassRule};
use time::{Duration, macros::datetime};

/// The application with a performance of three rows of eight on sale, for both twins.
pub async fn house() -> TestApp {
    let app = TestApp::new().await;
    for scope in [app.test.scope(Service::Ticket), app.test.neighbour(Service::Ticket)] {
        app.test.execute(&hall::on_sale(scope.tenant(), 3, 8)).await;
        let all = ClassRule { section: None, row_from: None, row_to: None, class: hall::seated() };
        let rules = [all];
        let work = async |tx: &mut TenantTx| stock::lay_out(tx, hall::performance(), &rules, MORNING).await;
        assert_eq!(app.test.db.tenant(&scope, work).await.unwrap(), 24);
    }
    app
}

pub fn seats(seats: &[SeatId]) -> Value {
    let picks: Vec<_> = seats.iter().map(|seat| json!({ "seat": seat.to_string(), "ticket_type": adult() })).collect();
    json!({ "performance": performance(), "seats": picks })
}

pub fn best(count: i32) -> Value {
    json!({
        "performance": performance(),
        "best": { "seat_class": hall::seated().to_string(), "tickets": [{ "ticket_type": adult(), "count": count }] },
    })
}

pub fn performance() -> String {
    hall::performance().to_string()
}

pub fn adult() -> String {
    hall::adult().to_string()
}

async fn with_secret(client: &Client, method: Method, path: &str, secret: &str, body: Option<&Value>) -> Answer {
    let key = uuid::Uuid::new_v4().to_string();
    let headers = [("client-secret", secret), ("idempotency-key", key.as_str())];
    let get = method == Method::GET || method == Method::DELETE;
    client.send(method, path, if get { &headers[..1] } else { &headers }, body).await
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_else(|| panic!("{member} in {value}"))
}

pub async fn status(app: &TestApp) -> Answer {
    app.page().get(&format!("/v1/ticket/performances/{}/seats", performance())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shopper_holds_orders_pays_and_enters_once() {
    let app = house().await;
    let page = app.page();
    let hold = page.post("/v1/ticket/holds", &best(2)).await.created();
    assert_eq!(text(&hold["choice"], "sentence"), "1F row 1, 3–4, no single seat left");
    assert_eq!(hold["total"], 10_220);
    let secret = text(&hold, "client_secret").to_owned();
    let contact = json!({ "name": "山田 花子", "email": "hanako@example.jp" });
    let ask = json!({ "hold": hold["id"], "contact": contact });
    page.post("/v1/ticket/orders", &ask).await.refused(404, "absent"); // without the secret it is nobody's
    let order = with_secret(&page, Method::POST, "/v1/ticket/orders", &secret, Some(&ask)).await.created();
    assert_eq!((text(&order, "state"), &order["total"]), ("awaiting_payment", &json!(10_220)));
    assert!(order["patron"].is_string());

    let order_path = format!("/v1/ticket/orders/{}", text(&order, "id"));
    let tickets_path = format!("{order_path}/tickets");
    assert_eq!(with_secret(&page, Method::GET, &tickets_path, &secret, None).await.ok()["data"], json!([]));
    let pay = format!("/v1/bills/{}/payments", text(&order, "bill"));
    let card = json!({ "method": "sandbox_card", "token": "tok_ok" });
    with_secret(&page, Method::POST, &pay, &secret, Some(&card)).await.created();
    assert_eq!(text(&with_secret(&page, Method::GET, &order_path, &secret, None).await.ok(), "state"), "paid");
    let tickets = with_secret(&page, Method::GET, &tickets_path, &secret, None).await.ok()["data"].clone();
    assert_eq!(tickets.as_array().unwrap().len(), 2);
    page.get(&tickets_path).await.refused(404, "absent");
    app.neighbour().get(&order_path).await.refused(404, "absent");

    app.clock.set(datetime!(2026-12-24 08:40 UTC));
    let read = json!({ "code": tickets[0]["code"], "performance": performance(), "gate": "南口", "nonce": "n1" });
    let first = app.gate().post("/v1/ticket/admissions", &read).await.created();
    assert_eq!(text(&first, "place"), "1F 1-3");
    assert_eq!(app.gate().post("/v1/ticket/admissions", &read).await.created(), first);
    let again = json!({ "code": tickets[0]["code"], "performance": performance(), "gate": "北口", "nonce": "n2" });
    let refused = app.gate().post("/v1/ticket/admissions", &again).await;
    let refused = refused.refused(409, "ticket.admission.already_admitted");
    assert_eq!((&refused["gate"], &refused["admitted_at"]), (&json!("南口"), &first["admitted_at"]));
    assert!(refused["device"].is_string(), "{refused}");
    let entered = app.gate().get(&format!("/v1/ticket/admissions?performance={}", performance())).await.ok();
    assert_eq!(entered["data"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counter_sells_seats_and_places_in_one_request_once_per_key() {
    let app = house().await;
    let draft = json!({ "performance": performance(), "seat_class": hall::standing().to_string(), "name": "立見", "capacity": 3 });
    let pool = app.server().post("/v1/ticket/pools", &draft).await.created();
    let mut ask = best(2);
    ask["payment"] = "cash".into();
    let sale = app.server().post("/v1/ticket/sales", &ask).await.created();
    assert_eq!((text(&sale["order"], "state"), sale["tickets"].as_array().unwrap().len()), ("paid", 2));
    let bill = app.server().get(&format!("/v1/bills/{}", text(&sale["order"], "bill"))).await.ok();
    assert_eq!((text(&bill, "state"), &bill["paid"]), ("paid", &json!(10_220)));

    let places = json!({
        "performance": performance(), "payment": "card_terminal",
        "places": { "pool": pool["id"], "tickets": [{ "ticket_type": adult(), "count": 2 }] },
    });
    let key = [("idempotency-key", "till-1")];
    let first = app.gate().send(Method::POST, "/v1/ticket/sales", &key, Some(&places)).await;
    let again = app.gate().send(Method::POST, "/v1/ticket/sales", &key, Some(&places)).await;
    assert_eq!(first.created(), again.created());
    assert_eq!(again.header("idempotent-replayed"), "true");
    let full = app.server().post("/v1/ticket/sales", &places).await.refused(409, "ticket.hold.sold_out");
    assert_eq!(full["free"], 1);
    let path = format!("/v1/ticket/performances/{}/availability", performance());
    let free = app.page().get(&path).await.ok();
    assert_eq!((&free["pools"][0]["free"], &free["seat_classes"][0]["sold"]), (&json!(1), &json!(2)));
    app.page().post("/v1/ticket/sales", &places).await.refused(403, "permission_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn seat_status_is_sent_only_when_it_changed_and_to_pages_half_a_second_late_at_most() {
    let app = house().await;
    let empty = status(&app).await;
    assert_eq!((&empty.ok()["seats"], text(&empty.ok(), "bits")), (&json!(24), "AAAAAAAA"));
    let path = format!("/v1/ticket/performances/{}/seats", performance());
    let have = [("if-none-match", empty.header("etag"))];
    assert_eq!(app.page().send(Method::GET, &path, &have, None).await.status, 304);
    app.page().post("/v1/ticket/holds", &seats(&[hall::seat(1, 1)])).await.created();
    let changed = app.server().send(Method::GET, &path, &have, None).await.ok();
    assert_eq!(text(&changed, "bits"), "AQAAAAAA", "the house asks afresh");
    app.page().post("/v1/ticket/holds", &seats(&[hall::seat(1, 2)])).await.created();
    app.clock.advance(time::Duration::milliseconds(500));
    let changed = app.page().send(Method::GET, &path, &have, None).await.ok();
    assert_eq!(text(&changed, "bits"), "BQAAAAAA");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_seat_is_a_conflict_that_says_what_is_free_near_by() {
    let app = house().await;
    app.page().post("/v1/ticket/holds", &seats(&[hall::seat(2, 4)])).await.created();
    let refused = app.page().post("/v1/ticket/holds", &seats(&[hall::seat(2, 4), hall::seat(2, 5)])).await;
    let problem = refused.refused(409, "ticket.hold.seat_taken");
    assert_eq!(problem["taken"], json!([hall::seat(2, 4).to_string()]));
    assert_eq!(problem["alternatives"].as_array().unwrap().len(), 5);
    // a neighbour's identical ids are the neighbour's own seats
    app.neighbour().post("/v1/ticket/holds", &seats(&[hall::seat(2, 4)])).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_is_extended_read_and_released_by_whoever_has_its_secret() {
    let app = house().await;
    let page = app.page();
    let hold = page.post("/v1/ticket/holds", &best(1)).await.created();
    let (path, secret) = (format!("/v1/ticket/holds/{}", text(&hold, "id")), text(&hold, "client_secret").to_owned());
    page.get(&path).await.refused(404, "absent");
    app.clock.advance(Duration::minutes(5));
    let extended = with_secret(&page, Method::POST, &format!("{path}/extend"), &secret, None).await.ok();
    assert!(text(&extended, "expires_at") > text(&hold, "expires_at"));
    assert!(extended.get("client_secret").is_none());
    assert_eq!(with_secret(&page, Method::DELETE, &path, &secret, None).await.status, 204);
    assert_eq!(text(&with_secret(&page, Method::GET, &path, &secret, None).await.ok(), "state"), "released");
    let late = json!({ "hold": hold["id"] });
    with_secret(&page, Method::POST, "/v1/ticket/orders", &secret, Some(&late)).await.refused(409, "ticket.hold.ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unpaid_order_is_cancelled_with_its_bill_and_its_seats_are_free() {
    let app = house().await;
    let hold = app.server().post("/v1/ticket/holds", &best(2)).await.created();
    let order = app.server().post("/v1/ticket/orders", &json!({ "hold": hold["id"] })).await.created();
    let path = format!("/v1/ticket/orders/{}/cancel", text(&order, "id"));
    let key = [("idempotency-key", "c-1")];
    let cancelled = app.server().send(Method::POST, &path, &key, None).await.ok();
    assert_eq!(text(&cancelled, "state"), "cancelled");
    assert_eq!(text(&status(&app).await.ok(), "bits"), "AAAAAAAA");
    let bill = app.server().get(&format!("/v1/bills/{}", text(&order, "bill"))).await.ok();
    assert_eq!(text(&bill, "state"), "cancelled");
    let again = [("idempotency-key", "c-2")];
    app.server().send(Method::POST, &path, &again, None).await.refused(409, "ticket.order.not_unpaid");
}

#[tokio::test(flavor = "multi_thread")]
async fn late_money_gets_the_seats_if_they_are_free_and_goes_back_if_not() {
    let app = house().await;
    for stolen in [false, true] {
        let wanted = seats(&[hall::seat(3, if stolen { 5 } else { 4 })]);
        let hold = app.server().post("/v1/ticket/holds", &wanted).await.created();
        let order = app.server().post("/v1/ticket/orders", &json!({ "hold": hold["id"] })).await.created();
        let start = json!({ "method": "sandbox_konbini" });
        let pay = format!("/v1/bills/{}/payments", text(&order, "bill"));
        let payment = app.server().post(&pay, &start).await.created();
        app.clock.advance(Duration::minutes(61));
        if stolen {
            app.server().post("/v1/ticket/holds", &wanted).await.created();
        }
        konbini(&app, &payment).await;
        let path = format!("/v1/ticket/orders/{}", text(&order, "id"));
        assert_eq!(text(&app.server().get(&path).await.ok(), "state"), if stolen { "expired" } else { "paid" });
        let payment = app.server().get(&format!("/v1/payments/{}", text(&payment, "id"))).await.ok();
        assert_eq!(text(&payment, "state"), if stolen { "refunded" } else { "captured" });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn late_money_that_is_only_the_rest_of_a_price_gets_no_seats_once_the_part_before_it_went_back() {
    for swept in [false, true] {
        let app = house().await;
        let hold = app.server().post("/v1/ticket/holds", &best(2)).await.created();
        let order = app.server().post("/v1/ticket/orders", &json!({ "hold": hold["id"] })).await.created();
        let bill = format!("/v1/bills/{}", text(&order, "bill"));
        let part = json!({ "method": "cash", "amount": 1_000 });
        app.server().post(&format!("{bill}/counter-payments"), &part).await.created();
        let store = json!({ "method": "sandbox_konbini" });
        let rest = app.server().post(&format!("{bill}/payments"), &store).await.created();
        app.clock.advance(Duration::minutes(61));
        let (scope, now) = (app.test.scope(Service::Core), app.clock.now());
        if swept {
            let overdue = async |tx: &mut TenantTx| call_off::overdue(tx, 100, now).await;
            assert_eq!(app.test.db.tenant(&scope, overdue).await.unwrap().len(), 1);
        }
        konbini(&app, &rest).await;
        let seen = app.server().get(&format!("/v1/ticket/orders/{}", text(&order, "id"))).await.ok();
        let told = app.server().get(&bill).await.ok();
        let left = told["paid"].as_i64().unwrap() - told["refunded"].as_i64().unwrap();
        let expected =
            if swept { ("expired", "cancelled", 0) } else { ("paid", "paid", told["total"].as_i64().unwrap()) };
        assert_eq!((text(&seen, "state"), text(&told, "state"), left), expected);
    }
}

/// The convenience store tells that the money came.
pub async fn konbini(app: &TestApp, payment: &Value) {
    use billing::payment::signature::NoticeSecret;
    let tenant = app.test.twins.first.tenant;
    let keys = testkit::Twins::keyring(testkit::Cluster::shared()).tenant(tenant).unwrap();
    let body = json!({
        "event_id": uuid::Uuid::new_v4().to_string(), "kind": "captured", "reference": payment["provider_reference"], "amount": payment["amount"],
    });
    let signature =
        NoticeSecret::derive(&keys.index, "sandbox").sign(tenant, app.clock.now(), body.to_string().as_bytes());
    let headers = [("notice-signature", signature.as_str())];
    app.anonymous().send(Method::POST, "/v1/payments/notices", &headers, Some(&body)).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_that_check_tickets_are_public() {
    let app = house().await;
    let path = format!("/.well-known/ticket-keys/{}", app.test.twins.first.tenant);
    let set = app.anonymous().get(&path).await.ok();
    assert_eq!((text(&set["keys"][0], "kty"), text(&set["keys"][0], "crv")), ("OKP", "Ed25519"));
    let nobody = kernel::ids::TenantId::from_uuid(uuid::Uuid::nil());
    app.anonymous().get(&format!("/.well-known/ticket-keys/{nobody}")).await.refused(404, "absent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_for_repetitions_belongs_to_one_operation_and_one_caller() {
    let app = TestApp::new().await;
    let key = [("idempotency-key", "first")];
    let make = async |client: Client, nouns: &str, body: Value| {
        client.send(Method::POST, &format!("/v1/ticket/{nouns}"), &key, Some(&body)).await
    };
    let made = make(app.server(), "halls", json!({ "name": "大ホール" })).await.created();
    make(app.server(), "halls", json!({ "name": "小ホール" })).await.refused(422, "idempotency_key_reused");
    make(app.server(), "productions", json!({ "title": "第九", "organiser": "財団" })).await.created();
    let theirs = make(app.neighbour(), "halls", json!({ "name": "大ホール" })).await.created();
    assert_ne!(theirs["id"], made["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_reads_its_answers_and_refusals_and_no_cache_takes_another_answer_for_them() {
    let app = house().await;
    let path = format!("/v1/ticket/performances/{}/availability", performance());
    let nowhere = path.replace("availability", "nowhere");
    for (client, path, allowed) in
        [(app.page(), &path, ORIGIN), (app.page(), &nowhere, ORIGIN), (app.server(), &path, "")]
    {
        let answer = client.get(path).await;
        assert_eq!((answer.header("access-control-allow-origin"), answer.header("vary")), (allowed, "Origin"));
    }
}
