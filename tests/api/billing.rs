//! Bills, payments, refunds and the business day, over HTTP.

use std::collections::BTreeSet;

use billing::{BillDraft, LineDraft, Subject, bill, payment::signature::NoticeSecret};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};
use kernel::{Instant, Service, Yen, clock::start_of_day, ids::BillId};
use poem::http::Method;
use serde_json::{Value, json};
use tariff::{LineKind, Rounding, TaxRate};
use testkit::{Cluster, Twins};
use tests::{Answer, Client, TestApp};
use time::Duration;
use uuid::Uuid;

use crate::{
    course_applications::Centre,
    journal,
    venue_hire::{House, id},
};

/// A bill of 11,220 yen for something no service waits for.
async fn bill(app: &TestApp, due_at: Option<Instant>) -> BillId {
    let mut fee = LineDraft::listed("システム利用料", 1, Yen(220), TaxRate::Standard, "fee:system");
    fee.kind = LineKind::Fee;
    let draft = BillDraft {
        subject: Subject::new("core.test", Uuid::now_v7()),
        payer: None,
        channel: "web".into(),
        rounding: Rounding::Down,
        lines: vec![LineDraft::listed("年会費", 2, Yen(5_500), TaxRate::Standard, "prl_1"), fee],
        due_at,
    };
    let (scope, now) = (app.test.scope(Service::Core), app.clock.now());
    app.test.db.tenant(&scope, async |tx| bill::open(tx, &draft, now).await).await.unwrap().id
}

fn of(bill: BillId, verb: &str) -> String {
    format!("/v1/bills/{bill}/{verb}")
}

async fn pay(client: &Client, bill: BillId, method: &str, token: Option<&str>) -> Answer {
    let mut body = json!({ "method": method });
    if let Some(token) = token {
        body["token"] = token.into();
    }
    client.post(&of(bill, "payments"), &body).await
}

/// A notice of the sandbox provider, signed at `at`.
async fn notice(app: &TestApp, body: &Value, at: Instant) -> Answer {
    let tenant = app.test.twins.first.tenant;
    let keys = Twins::keyring(Cluster::shared()).tenant(tenant).unwrap();
    let signature = NoticeSecret::derive(&keys.index, "sandbox").sign(tenant, at, body.to_string().as_bytes());
    let headers = [("notice-signature", signature.as_str())];
    app.anonymous().send(Method::POST, "/v1/payments/notices", &headers, Some(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_that_is_due_at_the_end_of_a_day_is_due_on_that_day() {
    let app = TestApp::new().await;
    let day = |ahead: i64| app.clock.now().to_offset(kernel::JST).date() + Duration::days(ahead);
    let due = bill(&app, Some(start_of_day(day(3)))).await;
    let listed =
        async |ahead: i64| app.server().get(&format!("/v1/bills?due_until={}", day(ahead))).await.ok()["data"].clone();
    assert_eq!((listed(1).await, &listed(2).await[0]["id"]), (json!([]), &json!(due.to_string())));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_tells_its_lines_its_taxes_and_what_was_paid() {
    let app = TestApp::new().await;
    let id = bill(&app, None).await;
    let path = format!("/v1/bills/{id}");
    let open = app.server().get(&path).await;
    let body = open.ok();
    assert_eq!(
        (&body["state"], &body["total"], &body["outstanding"]),
        (&json!("open"), &json!(11_220), &json!(11_220))
    );
    let taxes = json!([{ "tax_rate": "standard", "percent": 10, "gross": 11_220, "net": 10_200, "tax": 1_020 }]);
    assert_eq!(body["taxes"], taxes);
    assert_eq!((&body["lines"][0]["rule"], &body["lines"][1]["kind"]), (&json!("prl_1"), &json!("fee")));
    let etag = open.header("etag").to_owned();
    let same = app.server().send(Method::GET, &path, &[("if-none-match", &etag)], None).await;
    assert_eq!(same.status, 304);

    pay(&app.server(), id, "sandbox_card", Some("tok_ok")).await.created();
    let paid = app.server().send(Method::GET, &path, &[("if-none-match", &etag)], None).await.ok();
    assert_eq!((&paid["state"], &paid["outstanding"]), (&json!("paid"), &json!(0)));
    assert_eq!(paid["payments"][0]["state"], "captured");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_is_there_for_its_house_and_for_nobody_else() {
    let app = TestApp::new().await;
    let id = bill(&app, None).await;
    let path = format!("/v1/bills/{id}");
    app.neighbour().get(&path).await.refused(404, "absent");
    app.page().get(&path).await.refused(404, "absent");
    let secret = [("client-secret", "cs_guess")];
    app.page().send(Method::GET, &path, &secret, None).await.refused(404, "absent");
    pay(&app.neighbour(), id, "sandbox_card", Some("tok_ok")).await.refused(404, "absent");
    pay(&app.page(), id, "sandbox_card", Some("tok_ok")).await.refused(404, "absent");
    let cash = json!({ "method": "cash" });
    app.neighbour().post(&of(id, "counter-payments"), &cash).await.refused(404, "absent");
    app.page().post(&of(id, "counter-payments"), &cash).await.refused(403, "permission_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn paying_twice_with_one_key_pays_once() {
    let app = TestApp::new().await;
    let id = bill(&app, None).await;
    let (path, body, key) =
        (of(id, "payments"), json!({ "method": "sandbox_card", "token": "tok_ok" }), [("idempotency-key", "k-1")]);
    let first = app.server().send(Method::POST, &path, &key, Some(&body)).await;
    let again = app.server().send(Method::POST, &path, &key, Some(&body)).await;
    assert_eq!(first.created(), again.created());
    assert_eq!(again.header("idempotent-replayed"), "true");
    pay(&app.server(), id, "sandbox_card", Some("tok_ok")).await.refused(409, "billing.bill.paid");
    app.server().send(Method::POST, &path, &[], Some(&body)).await.refused(400, "idempotency_key_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_may_be_declined_or_ask_for_the_banks_confirmation() {
    let app = TestApp::new().await;
    let id = bill(&app, None).await;
    let declined = pay(&app.server(), id, "sandbox_card", Some("tok_declined")).await.created();
    assert_eq!((&declined["state"], &declined["failure"]), (&json!("failed"), &json!("declined")));
    pay(&app.server(), id, "sandbox_card", Some("tok_what")).await.refused(422, "billing.payment.token_unknown");
    pay(&app.server(), id, "sandbox_card", None).await.refused(422, "billing.payment.token_unknown");

    let asked = pay(&app.server(), id, "sandbox_card", Some("tok_3ds")).await.created();
    assert_eq!((&asked["state"], &asked["next_action"]["kind"]), (&json!("requires_action"), &json!("confirm")));
    let complete = format!("/v1/payments/{}/complete", asked["id"].as_str().unwrap());
    let wrong = json!({ "step": "3ds_0", "approved": true });
    app.server().post(&complete, &wrong).await.refused(409, "billing.payment.not_waiting");
    let right = json!({ "step": asked["next_action"]["step"], "approved": true });
    app.neighbour().post(&complete, &right).await.refused(404, "absent");
    let done = app.server().post(&complete, &right).await.ok();
    assert_eq!((&done["state"], done.get("next_action")), (&json!("captured"), None));
    assert_eq!(app.server().get(&format!("/v1/payments/{}", done["id"].as_str().unwrap())).await.ok(), done);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_payment_waits_for_the_providers_signed_notice() {
    let app = TestApp::new().await;
    let (id, now) = (bill(&app, None).await, app.clock.now());
    let waiting = pay(&app.server(), id, "sandbox_konbini", None).await.created();
    assert_eq!(waiting["next_action"]["number"].as_str().unwrap().len(), 11);
    let told = |event: &str, amount: i64| json!({ "event_id": event, "reference": waiting["provider_reference"], "kind": "captured", "amount": amount });
    let unsigned = app.anonymous().send(Method::POST, "/v1/payments/notices", &[], Some(&told("e1", 11_220))).await;
    unsigned.refused(401, "billing.notice.unproven");
    notice(&app, &told("e1", 11_220), now - Duration::minutes(6)).await.refused(401, "billing.notice.unproven");
    assert_eq!(notice(&app, &told("e0", 1), now).await.ok()["verdict"], "quarantined");
    let taken = notice(&app, &told("e1", 11_220), now).await.ok();
    assert_eq!((&taken["verdict"], &taken["state"]), (&json!("applied"), &json!("captured")));
    assert_eq!(notice(&app, &told("e1", 11_220), now).await.ok()["verdict"], "repeated");
    assert_eq!(notice(&app, &told("e2", 11_220), now).await.ok()["verdict"], "ignored");
    assert_eq!(app.server().get(&format!("/v1/bills/{id}")).await.ok()["state"], "paid");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_that_is_shown_signs_notices() {
    let app = TestApp::new().await;
    let shown = app.server().get("/v1/payments/notices/secret").await.ok();
    let keys = Twins::keyring(Cluster::shared()).tenant(app.test.twins.first.tenant).unwrap();
    assert_eq!(shown["secret"], NoticeSecret::derive(&keys.index, "sandbox").reveal());
    assert_eq!(shown["key_id"], app.test.twins.first.tenant.to_string());
    app.page().get("/v1/payments/notices/secret").await.refused(403, "permission_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn cash_is_taken_in_parts_and_given_back_by_lines() {
    let app = TestApp::new().await;
    let id = bill(&app, None).await;
    let take = of(id, "counter-payments");
    app.gate().post(&take, &json!({ "method": "cash", "amount": 220 })).await.created();
    let too_much = app.gate().post(&take, &json!({ "method": "card_terminal", "amount": 11_001 })).await;
    assert_eq!(too_much.refused(422, "billing.payment.too_much")["outstanding"], 11_000);
    app.gate().post(&take, &json!({ "method": "card_terminal" })).await.created();
    let paid = app.server().get(&format!("/v1/bills/{id}")).await.ok();
    assert_eq!(paid["payments"].as_array().unwrap().len(), 2);

    let line = json!({ "line": paid["lines"][0]["id"], "amount": 5_500, "quantity": 1 });
    let refund = json!({ "route": "card_terminal", "reason": "patron", "lines": [line] });
    assert_eq!(app.server().post(&of(id, "refunds"), &refund).await.created()["amount"], 5_500);
    app.server().post(&of(id, "refunds"), &refund).await.created();
    app.server().post(&of(id, "refunds"), &refund).await.refused(409, "billing.refund.too_much");
    app.gate().post(&of(id, "refunds"), &refund).await.refused(403, "permission_denied");

    let day = app.server().get("/v1/ledger/days/2026-11-21").await.ok();
    assert_eq!((&day["revenue"], &day["money"], &day["disagreeing"]), (&json!(220), &json!(220), &json!([])));
    app.server().get("/v1/ledger/days/2026-11-31").await.refused(404, "absent");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_to_money_is_journalled() {
    let app = TestApp::new().await;
    let id = bill(&app, None).await;
    pay(&app.server(), id, "sandbox_card", Some("tok_ok")).await.created();
    app.server().post(&of(id, "refunds"), &json!({ "route": "provider", "reason": "staff" })).await.created();
    let mut told = journal::of(&app).await;
    told.retain(|name| name.starts_with("billing."));
    told.sort(); // one moment of a clock that stands still has no order
    assert_eq!(
        told,
        ["billing.bill.opened", "billing.payment.captured", "billing.payment.started", "billing.refund.recorded"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn real_business_takes_no_play_money() {
    let app = TestApp::for_real().await;
    let id = bill(&app, None).await;
    for method in ["sandbox_card", "sandbox_konbini"] {
        pay(&app.server(), id, method, Some("tok_ok")).await.refused(422, "billing.payment.sandbox_only");
    }
    app.gate().post(&of(id, "counter-payments"), &json!({ "method": "cash" })).await.created();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bills_of_an_application_are_found_by_it_with_all_that_was_added() {
    let house = House::open("staff").await;
    let application = house.confirmed(&[house.wish(0, "2026-12-11", &["PM"])]).await;
    let hire = id(&application["hires"][0]);
    let mut with_piano = house.wish(0, "2026-12-11", &["PM"]);
    with_piano["equipment"] = json!([{ "equipment": house.piano, "quantity": 1 }]);
    house.app.server().post(&format!("/v1/venue/hires/{hire}/change"), &with_piano).await.ok();
    let found = async |query: &str| {
        let found = house.app.server().get(&format!("/v1/bills?{query}")).await.ok();
        let told = |bill: &Value| (bill["subject_kind"].as_str().unwrap().to_owned(), bill["total"].as_i64().unwrap());
        found["data"].as_array().unwrap().iter().map(told).collect::<Vec<_>>()
    };
    let (charge, piano) = (("venue.application".to_owned(), 10_000), ("venue.supplement".to_owned(), 5_000));
    let of_it = found(&format!("subject={}", id(&application))).await;
    assert_eq!(BTreeSet::from_iter(of_it), BTreeSet::from([piano.clone(), charge]));
    assert_eq!(found("outstanding=5000").await, [piano], "what a transfer of that amount may be for");
    assert!(found("outstanding=10000").await.is_empty(), "what is paid asks for nothing");
    house.app.server().get("/v1/bills?subject=room_01kb0000000000000000000001").await.refused(400, "invalid_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_finds_the_bill_of_their_application_by_its_receipt() {
    let centre =
        Centre::new(json!({ "capacity": 2 }), &[json!({ "kind": "tuition", "label": "受講料", "amount": 3_000 })])
            .await;
    let body = json!({ "class": centre.class, "people": [{ "name": "一" }], "contact": { "name": "一", "email": "guest@example.jp" } });
    let applied = centre.app.page().post("/v1/course/applications", &body).await.created()["applications"][0].clone();
    let path = format!("/v1/bills?subject={}", id(&applied));
    let with = |secret: &str| {
        let (page, path, secret) = (centre.app.page(), path.clone(), secret.to_owned());
        async move { page.send(Method::GET, &path, &[("client-secret", &secret)], None).await.ok()["data"].clone() }
    };
    let found = with(applied["receipt_code"].as_str().unwrap()).await;
    assert_eq!((&found[0]["subject"], &found[0]["outstanding"]), (&applied["id"], &json!(3_000)));
    assert_eq!(with("0000-0000-0000-0000").await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_kept_for_retries_shows_nobody_what_was_told_once() {
    #[derive(diesel::QueryableByName)]
    struct Kept {
        #[diesel(sql_type = diesel::sql_types::Text)]
        row: String,
    }
    let centre = Centre::new(json!({ "capacity": 2 }), &[]).await;
    let applied = centre.guest(&["四方 佐和"], json!({})).await.created()["applications"][0].clone();
    let code = applied["receipt_code"].as_str().unwrap();
    let mut conn = AsyncPgConnection::establish(&centre.app.test.admin_url()).await.unwrap();
    let kept: Vec<Kept> = diesel::sql_query(
        "SELECT to_jsonb(k)::text || encode(sealed, 'escape') AS row \
         FROM tenancy.idempotency_keys AS k",
    )
    .load(&mut conn)
    .await
    .unwrap();
    assert!(!kept.is_empty());
    assert!(kept.iter().all(|one| !one.row.contains(code) && !one.row.contains("receipt")));
}
