//! Bank transfers over HTTP: a statement is registered, orders are paid, the rest waits for a decision.

use billing::{
    BillDraft, LineDraft, Subject, bill,
    transfer::{self, Identity, TransferDraft},
};
use kernel::{Service, Yen, clock::civil_day};
use poem::http::Method;
use serde_json::{Value, json};
use tariff::{Rounding, TaxRate};
use tests::{Answer, TestApp};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339, macros::date};

use crate::{
    journal,
    sale::{best, house},
};

/// An order of so many seats that nobody has paid; with its bill.
async fn unpaid(app: &TestApp, seats: i32) -> (String, Value) {
    let hold = app.server().post("/v1/ticket/holds", &best(seats)).await.created();
    let order = app.server().post("/v1/ticket/orders", &json!({ "hold": hold["id"] })).await.created();
    let bill = app.server().get(&format!("/v1/bills/{}", order["bill"].as_str().unwrap())).await.ok();
    (order["id"].as_str().unwrap().to_owned(), bill)
}

fn line(place: i32, amount: &Value, reference: &Value) -> Value {
    json!({ "line": place, "value_date": "2026-11-20", "amount": amount, "reference": reference })
}

async fn register(app: &TestApp, lines: Vec<Value>) -> Answer {
    app.server().post("/v1/transfers", &json!({ "transfers": lines })).await
}

async fn order_state(app: &TestApp, order: &str) -> Value {
    app.server().get(&format!("/v1/ticket/orders/{order}")).await.ok()["state"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_pays_the_orders_whose_numbers_it_names() {
    let app = house().await;
    let (first, one) = unpaid(&app, 2).await;
    let (second, two) = unpaid(&app, 1).await;
    let short = two["total"].as_i64().unwrap() - 10;
    let lines = vec![
        line(1, &one["total"], &one["reference"]),
        line(2, &json!(short), &two["reference"]),
        line(3, &json!(900), &json!("12-34")),
    ];
    let told = register(&app, lines.clone()).await.ok();
    assert_eq!((&told["registered"], &told["known"]), (&json!(3), &json!(0)));
    assert_eq!((&told["matched"], &told["unmatched"]), (&json!(1), &json!(2)));
    assert_eq!(told["transfers"][0]["bill"], one["id"]);
    assert_eq!((&told["transfers"][1]["reason"], &told["transfers"][1]["difference"]), (&json!("short"), &json!(-10)));
    assert_eq!(told["transfers"][2]["reason"], "no_such_bill");
    assert_eq!(
        (order_state(&app, &first).await, order_state(&app, &second).await),
        (json!("paid"), json!("awaiting_payment"))
    );
    let paid = app.server().get(&format!("/v1/bills/{}", one["id"].as_str().unwrap())).await.ok();
    assert_eq!(paid["payments"][0]["method"], "bank_transfer");

    let again = register(&app, lines).await.ok();
    assert_eq!((&again["registered"], &again["known"], &again["matched"]), (&json!(0), &json!(3), &json!(1)));
    let waiting = app.server().get("/v1/transfers?state=unmatched").await.ok();
    assert_eq!(waiting["data"].as_array().unwrap().len(), 2);
    let names = journal::of(&app).await;
    assert_eq!(names.iter().filter(|name| *name == "billing.transfer.registered").count(), 3);
    assert_eq!(names.iter().filter(|name| *name == "billing.transfer.matched").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_registers_once_and_says_how_the_lines_stand_now() {
    let app = house().await;
    let (_, bill) = unpaid(&app, 1).await;
    let body = json!({ "transfers": [line(1, &json!(1), &bill["reference"])] });
    let key = [("idempotency-key", "statement-1")];
    let first = app.server().send(Method::POST, "/v1/transfers", &key, Some(&body)).await.ok();
    let id = first["transfers"][0]["id"].as_str().unwrap().to_owned();
    let back = [("idempotency-key", "back-1")];
    let path = format!("/v1/transfers/{id}/return");
    app.server().send(Method::POST, &path, &back, None).await.ok();
    let again = app.server().send(Method::POST, "/v1/transfers", &key, Some(&body)).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    let again = again.ok();
    assert_eq!((&again["registered"], &again["transfers"][0]["state"]), (&json!(1), &json!("returned")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_unclear_is_refused_with_its_place_and_changes_nothing() {
    let app = TestApp::new().await;
    let good = line(1, &json!(10), &json!("1"));
    let bare = json!({ "value_date": "2026-11-20", "amount": 10 });
    let refused = register(&app, vec![good.clone(), bare]).await.refused(422, "billing.transfer.unidentified");
    assert_eq!(refused["line"], 1);
    let both = json!({ "line": 1, "external_id": "a", "value_date": "2026-11-20", "amount": 10 });
    register(&app, vec![both]).await.refused(422, "billing.transfer.unidentified");
    register(&app, vec![good.clone(), good.clone()]).await.refused(422, "billing.transfer.repeated");
    let future = json!({ "line": 1, "value_date": "2026-11-22", "amount": 10 });
    register(&app, vec![future]).await.refused(422, "billing.transfer.in_future");
    let name = json!({ "line": 1, "value_date": "2026-11-20", "amount": 10, "reference": "ﾔﾏﾀﾞ ﾊﾅｺ" });
    register(&app, vec![name]).await.refused(400, "invalid_request");
    assert!(app.server().get("/v1/transfers").await.ok()["data"].as_array().unwrap().is_empty());
    register(&app, vec![good]).await.ok();
    let otherwise = register(&app, vec![line(1, &json!(11), &json!("1"))]).await;
    assert_eq!(otherwise.refused(409, "billing.transfer.differs")["line"], 0);
    app.page().get("/v1/transfers").await.refused(403, "permission_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_match_what_waits_and_what_is_too_much_is_kept_to_be_sent_back() {
    let app = house().await;
    let (order, bill) = unpaid(&app, 1).await;
    let total = bill["total"].as_i64().unwrap();
    let told = register(&app, vec![line(1, &json!(total + 50), &bill["reference"])]).await.ok();
    let path = format!("/v1/transfers/{}", told["transfers"][0]["id"].as_str().unwrap());
    let choice = |how: Option<&str>| {
        let mut body = json!({ "bill": bill["id"] });
        if let Some(how) = how {
            body["overpayment"] = how.into();
        }
        body
    };
    let settle = format!("{path}/match");
    let refused = app.server().post(&settle, &choice(None)).await.refused(422, "billing.payment.too_much");
    assert_eq!(refused["outstanding"], total);
    app.neighbour().post(&settle, &choice(Some("keep"))).await.refused(404, "absent");
    let matched = app.server().post(&settle, &choice(Some("keep"))).await.ok();
    assert_eq!((&matched["state"], &matched["undecided"]), (&json!("matched"), &json!(50)));
    assert_eq!(order_state(&app, &order).await, "paid");
    app.server().post(&settle, &choice(None)).await.refused(409, "billing.transfer.decided");
    let send = async || app.server().send(Method::POST, &format!("{path}/return"), &key(), None).await;
    assert_eq!(send().await.ok()["undecided"], 0);
    send().await.refused(409, "billing.transfer.nothing_left");
}

fn key() -> [(&'static str, &'static str); 1] {
    let fresh: &'static str = Box::leak(uuid::Uuid::new_v4().to_string().into_boxed_str());
    [("idempotency-key", fresh)]
}

#[tokio::test(flavor = "multi_thread")]
async fn money_for_what_is_gone_stays_in_suspense() {
    let app = house().await;
    let (order, bill) = unpaid(&app, 1).await;
    let cancel = format!("/v1/ticket/orders/{order}/cancel");
    app.server().send(Method::POST, &cancel, &key(), None).await.ok();
    // there is nothing to come back to
    app.test.execute("UPDATE ticket.performances SET state = 'cancelled'").await;
    let told = register(&app, vec![line(1, &bill["total"], &bill["reference"])]).await.ok();
    assert_eq!(told["transfers"][0]["reason"], "bill_void");
    let path = format!("/v1/transfers/{}", told["transfers"][0]["id"].as_str().unwrap());
    let body = json!({ "bill": bill["id"] });
    app.server().post(&format!("{path}/match"), &body).await.refused(409, "billing.transfer.undeliverable");
    let stands = app.server().get(&path).await.ok();
    assert_eq!((&stands["state"], &stands["reason"]), (&json!("unmatched"), &json!("bill_void")));
    let bill = app.server().get(&format!("/v1/bills/{}", bill["id"].as_str().unwrap())).await.ok();
    assert_eq!((&bill["payments"], &bill["refunds"]), (&json!([]), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn money_after_the_due_time_waits_and_is_taken_while_there_are_seats() {
    let app = house().await;
    let (order, bill) = unpaid(&app, 2).await;
    let due = OffsetDateTime::parse(bill["due_at"].as_str().unwrap(), &Rfc3339).unwrap();
    app.clock.set(due + Duration::DAY);
    let mut late = line(1, &bill["total"], &bill["reference"]);
    late["value_date"] = json!(civil_day(app.clock.now()).to_string());
    let told = register(&app, vec![late]).await.ok();
    assert_eq!(told["transfers"][0]["reason"], "bill_overdue");
    let path = format!("/v1/transfers/{}/match", told["transfers"][0]["id"].as_str().unwrap());
    let matched = app.server().post(&path, &json!({ "bill": bill["id"] })).await.ok();
    assert_eq!(matched["state"], "matched");
    assert_eq!(order_state(&app, &order).await, "paid");
    let bill = app.server().get(&format!("/v1/bills/{}", bill["id"].as_str().unwrap())).await.ok();
    assert_eq!((&bill["state"], &bill["payments"][0]["state"]), (&json!("paid"), &json!("captured")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_was_taken_down_and_no_more_is_worked_off_when_it_comes_again() {
    let app = house().await;
    let (order, bill) = unpaid(&app, 1).await;
    let draft = TransferDraft {
        identity: Identity::Line(1),
        value_date: date!(2026 - 11 - 20),
        amount: Yen(bill["total"].as_i64().unwrap()),
        reference: bill["reference"].as_str().map(str::to_owned),
    };
    let (lines, now) = ([draft], app.clock.now());
    let work = async |tx: &mut db::TenantTx| transfer::register(tx, &lines, now).await;
    app.test.db.tenant(&app.test.scope(Service::Core), work).await.unwrap();
    assert_eq!(order_state(&app, &order).await, "awaiting_payment");
    let told = register(&app, vec![line(1, &bill["total"], &bill["reference"])]).await.ok();
    assert_eq!((&told["known"], &told["matched"]), (&json!(1), &json!(1)));
    assert_eq!(order_state(&app, &order).await, "paid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_statement_pays_its_bills_and_of_two_lines_for_one_bill_the_first() {
    let app = TestApp::new().await;
    let (scope, now) = (app.test.scope(Service::Core), app.clock.now());
    let mut lines = Vec::new();
    for place in 1..=200 {
        let draft = BillDraft {
            subject: Subject::new("core.test", uuid::Uuid::now_v7()),
            payer: None,
            channel: "web".into(),
            rounding: Rounding::Down,
            lines: vec![LineDraft::listed("年会費", 1, Yen(3_000), TaxRate::Standard, "prl_1")],
            due_at: None,
        };
        let opened = app.test.db.tenant(&scope, async |tx| bill::open(tx, &draft, now).await).await.unwrap();
        lines.push(line(place, &json!(3_000), &json!(opened.reference)));
    }
    let first = lines[0]["reference"].clone();
    lines.push(line(201, &json!(3_000), &first));
    let told = register(&app, lines).await.ok();
    assert_eq!(told["transfers"][200]["reason"], "bill_paid");
    assert_eq!((&told["matched"], &told["unmatched"]), (&json!(200), &json!(1)));
    let day = app.server().get("/v1/ledger/days/2026-11-21").await.ok();
    assert_eq!((&day["money"], &day["disagreeing"]), (&json!(600_000), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_lines_are_one_request_and_five_hundred_and_one_are_not() {
    let app = TestApp::new().await;
    let lines = |count: i32| (1..=count).map(|place| line(place, &json!(place), &json!("1"))).collect::<Vec<_>>();
    assert_eq!(register(&app, lines(500)).await.ok()["registered"], 500);
    register(&app, lines(501)).await.refused(400, "invalid_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn bills_are_found_by_state_due_day_and_number() {
    let app = house().await;
    let (order, bill) = unpaid(&app, 1).await;
    let count = async |query: &str| {
        let page = app.server().get(&format!("/v1/bills{query}")).await.ok();
        page["data"].as_array().unwrap().len()
    };
    let number = bill["reference"].as_str().unwrap();
    assert_eq!(count(&format!("?reference={number}")).await, 1);
    assert_eq!((count("").await, count("?state=open").await, count("?state=paid").await), (1, 1, 0));
    assert_eq!((count("?overdue=true").await, count("?due_until=2026-11-20").await), (0, 0));
    app.clock.advance(Duration::days(30));
    assert_eq!((count("?overdue=true").await, count("?due_until=2026-12-31").await), (1, 1));
    assert_eq!(count("?overdue=true&state=paid").await, 0);
    app.page().get("/v1/bills").await.refused(422, "billing.bill.subject_needed");
    assert!(app.neighbour().get(&format!("/v1/bills?reference={number}")).await.ok()["data"] == json!([]));
    assert_eq!(count(&format!("?subject={order}")).await, 1);
}
