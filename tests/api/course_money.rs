//! Money that comes in parts, late, or for what is not held: it never blocks anything, and never vanishes.

use api::course::lapsing;
use billing::call_off;
use db::TenantTx;
use futures_util::future::join_all;
use kernel::Service;
use poem::http::Method;
use serde_json::{Value, json};
use tests::{Answer, Client, TestApp};
use time::{Duration, macros::datetime};

use crate::{
    course_applications::Centre,
    course_changes::{cut_short, execute, plan, refunded, running, session},
    course_letters::outbox,
    course_shares::sessions,
    sale::konbini,
    venue_hire::id,
};

pub async fn bill(centre: &Centre, application: &Value) -> Value {
    let bill = centre.read(application).await["bill"].as_str().unwrap().to_owned();
    centre.app.server().get(&format!("/v1/bills/{bill}")).await.ok()
}

async fn part(centre: &Centre, application: &Value, method: &str, amount: i64) -> Value {
    let at = format!("/v1/bills/{}/counter-payments", id(&bill(centre, application).await));
    centre.app.server().post(&at, &json!({ "method": method, "amount": amount })).await.created()
}

/// What came in for an application and did not go back, over all of its payments.
pub async fn kept(centre: &Centre, application: &Value) -> i64 {
    let of = bill(centre, application).await;
    let payments = of["payments"].as_array().unwrap().clone();
    let left = |one: &Value| match one["state"].as_str().unwrap() {
        "captured" | "captured_late" | "refunded" => {
            one["amount"].as_i64().unwrap() - one["refunded"].as_i64().unwrap_or_default()
        }
        _ => 0,
    };
    payments.iter().map(left).sum()
}

/// Every bill that is overdue is called off, as the worker does it.
pub async fn called_off(centre: &Centre) {
    let (scope, now) = (centre.app.test.scope(Service::Core), centre.app.clock.now());
    let overdue = async |tx: &mut TenantTx| call_off::overdue(tx, 1_000, now).await;
    centre.app.test.db.tenant(&scope, overdue).await.unwrap();
}

pub async fn closing(centre: &Centre, more: Value) -> Answer {
    let mut body = json!({ "class": centre.class, "reason": "講師の急病" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    plan(centre, "closings", &body).await
}

pub async fn withdrawal(centre: &Centre, application: &Value, people: Value) -> Answer {
    let mut body = json!({ "application": application["id"] });
    if !people.is_null() {
        body["people"] = people;
    }
    centre.app.server().post("/v1/course/withdrawal-quotes", &body).await
}

pub async fn withdraw(centre: &Centre, quote: &Value) -> Answer {
    centre.app.server().post(&format!("/v1/course/withdrawal-quotes/{}/withdraw", id(quote)), &json!({})).await
}

/// I10, with money that came in part.
#[tokio::test(flavor = "multi_thread")]
async fn a_class_is_cancelled_though_one_of_three_bills_is_paid_in_part() {
    let (centre, applications, _) = running(1).await;
    let (half, unpaid) = (centre.one(&["半分"]).await, centre.one(&["未払"]).await);
    part(&centre, &half, "cash", 5_000).await;
    outbox(&centre).await;
    let told = closing(&centre, json!({})).await.created();
    assert_eq!((&told["refund"], &told["refunds"]), (&json!(12_000 + 5_000), &json!(2)));
    let done = execute(&centre, &told).await.ok();
    assert_eq!((&done["state"], &done["refunds_done"]), (&json!("done"), &json!(2)));
    for one in [&applications[0], &half, &unpaid] {
        assert_eq!((kept(&centre, one).await, &centre.read(one).await["state"]), (0, &json!("class_cancelled")));
    }
    for one in [&half, &unpaid] {
        assert_eq!(bill(&centre, one).await["state"], "cancelled");
    }
    let letters = outbox(&centre).await;
    assert!(letters.iter().any(|one| one.body.contains("返金額: 5,000円")), "{}", letters[0].body);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_paid_in_part_withdraws_and_is_revoked_as_everybody_and_has_it_back() {
    let centre = Centre::new(json!({}), &[json!({ "amount": 6_000 })]).await;
    let all = [centre.one(&["一"]).await, centre.one(&["二"]).await, centre.one(&["三"]).await];
    for one in &all {
        part(&centre, one, "cash", 2_000).await;
    }
    centre.act(&all[0], "withdraw", &json!({})).await.ok();
    centre.act(&all[1], "revoke", &json!({ "reason": "要件の誤り" })).await.ok();
    let quote = withdrawal(&centre, &all[2], Value::Null).await.created();
    assert_eq!((&quote["paid"], &quote["refund"]), (&json!(2_000), &json!(2_000)));
    part(&centre, &all[2], "cash", 1_000).await;
    withdraw(&centre, &quote).await.refused(409, "course.withdrawal.quote_changed");
    let quote = withdrawal(&centre, &all[2], Value::Null).await.created();
    withdraw(&centre, &quote).await.ok();
    for (one, state) in all.iter().zip(["withdrawn", "revoked", "withdrawn"]) {
        assert_eq!((&centre.read(one).await["state"], kept(&centre, one).await), (&json!(state), 0));
        assert_eq!(bill(&centre, one).await["state"], "cancelled");
    }
}

/// I11, of a part.
#[tokio::test(flavor = "multi_thread")]
async fn what_came_in_of_a_bill_that_is_not_paid_in_time_goes_back() {
    let centre = Centre::new(json!({ "payment_days": 1 }), &[json!({ "amount": 6_000 })]).await;
    let one = centre.one(&["一"]).await;
    part(&centre, &one, "cash", 2_000).await;
    outbox(&centre).await;
    centre.app.clock.advance(Duration::days(3));
    assert_eq!(lapsing::round(&centre.app.desk).await.unwrap(), 1);
    let [expired] = outbox(&centre).await.try_into().unwrap();
    assert!(expired.template == "course.expired" && expired.body.contains("返金額: 2,000円"), "{}", expired.body);
    called_off(&centre).await;
    assert_eq!(bill(&centre, &one).await["refunds"][0]["reason"], "lapsed");
    assert_eq!((&centre.read(&one).await["state"], kept(&centre, &one).await), (&json!("expired"), 0));
    assert_eq!(lapsing::round(&centre.app.desk).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_is_kept_for_the_days_of_grace_and_money_that_comes_in_them_is_in_time() {
    let class = json!({ "capacity": 2, "payment_days": 1, "payment_grace_days": 3 });
    let centre = Centre::new(class, &[json!({ "amount": 3_000 })]).await;
    let (one, other) = (centre.one(&["一"]).await, centre.one(&["二"]).await);
    let next = centre.one(&["三"]).await;
    let told = centre.read(&one).await["due_at"].clone();
    assert_eq!((&told, &bill(&centre, &one).await["due_at"]), (&json!("2026-11-23T00:00:00+09:00"), &told));
    centre.app.clock.advance(Duration::days(3));
    lapsing::round(&centre.app.desk).await.unwrap();
    called_off(&centre).await;
    for (of, state) in [(&one, "payment_due"), (&other, "payment_due"), (&next, "waitlisted")] {
        assert_eq!(centre.read(of).await["state"], state);
    }
    part(&centre, &one, "cash", 3_000).await;
    assert_eq!(centre.read(&one).await["state"], "admitted");
    centre.app.clock.advance(Duration::days(2));
    assert_eq!(centre.read(&other).await["state"], "expired");
    lapsing::round(&centre.app.desk).await.unwrap();
    called_off(&centre).await;
    assert_eq!(bill(&centre, &other).await["state"], "cancelled");
    assert_eq!((kept(&centre, &one).await, &centre.read(&next).await["state"]), (3_000, &json!("offered")));
}

/// Whoever is asked to pay within a day, and is in the first of three days of grace by now.
async fn in_grace() -> (Centre, Value) {
    let class = json!({ "capacity": 2, "payment_days": 1, "payment_grace_days": 3 });
    let centre = Centre::new(class, &[json!({ "amount": 3_000 })]).await;
    let one = centre.one(&["一"]).await;
    centre.app.clock.advance(Duration::days(2));
    (centre, one)
}

/// A transfer of a day, of all that the bill of an application is for.
async fn transferred(centre: &Centre, application: &Value, day: &str) -> Value {
    let of = bill(centre, application).await;
    let line = json!({ "line": 1, "value_date": day, "amount": of["total"], "reference": of["reference"] });
    let told = centre.app.server().post("/v1/transfers", &json!({ "transfers": [line] })).await.ok();
    told["transfers"][0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_in_its_days_of_grace_is_overdue_by_the_deadline_that_is_told_and_takes_money_all_the_same() {
    let (centre, one) = in_grace().await;
    called_off(&centre).await;
    let overdue = centre.app.server().get("/v1/bills?overdue=true").await.ok()["data"].clone();
    assert_eq!(overdue, json!([bill(&centre, &one).await]));
    assert_eq!(overdue[0]["due_at"], "2026-11-23T00:00:00+09:00");
    centre.pay(&one).await.created();
    assert_eq!(centre.read(&one).await["state"], "admitted");
    assert_eq!(centre.app.server().get("/v1/bills?overdue=true").await.ok()["data"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_withdrawn_in_the_days_of_grace_takes_no_cash_and_a_transfer_for_it_waits_for_a_decision() {
    let (centre, one) = in_grace().await;
    centre.act(&one, "withdraw", &json!({})).await.ok();
    centre.pay(&one).await.refused(409, "billing.bill.cancelled");
    let transfer = transferred(&centre, &one, "2026-11-22").await;
    assert_eq!((&transfer["state"], &transfer["reason"]), (&json!("unmatched"), &json!("bill_void")));
    assert_eq!(bill(&centre, &one).await["payments"], json!([]));
}

/// I11, of a bank.
#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_of_the_last_day_admits_after_it_while_there_are_places_and_goes_back_otherwise() {
    for free in [true, false] {
        let centre = Centre::new(json!({ "capacity": 1, "payment_days": 1 }), &[json!({ "amount": 3_000 })]).await;
        let one = centre.one(&["一"]).await;
        centre.app.clock.advance(Duration::days(3));
        lapsing::round(&centre.app.desk).await.unwrap();
        called_off(&centre).await;
        if !free {
            assert_eq!(centre.one(&["二"]).await["state"], "payment_due");
        }
        assert_eq!(transferred(&centre, &one, "2026-11-22").await["state"], "matched");
        let expected = if free { ("admitted", 3_000) } else { ("expired", 0) };
        assert_eq!((centre.read(&one).await["state"].as_str().unwrap(), kept(&centre, &one).await), expected);
    }
}

/// I11, of a bank.
#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_of_the_last_day_of_grace_admits_after_it_and_one_of_the_next_day_waits() {
    for (day, transfer, state) in [("2026-11-25", "matched", "admitted"), ("2026-11-26", "unmatched", "expired")] {
        let (centre, one) = in_grace().await;
        centre.app.clock.advance(Duration::days(4));
        lapsing::round(&centre.app.desk).await.unwrap();
        called_off(&centre).await;
        assert_eq!(transferred(&centre, &one, day).await["state"], transfer);
        assert_eq!(centre.read(&one).await["state"], state);
    }
}

/// I11, after the class is cancelled.
#[tokio::test(flavor = "multi_thread")]
async fn money_that_comes_after_the_class_was_cancelled_goes_back_whenever_it_comes() {
    let (centre, _, _) = running(0).await;
    let (late, between) = (centre.one(&["遅い"]).await, centre.one(&["途中"]).await);
    let pay = async |one: &Value| {
        let at = format!("/v1/bills/{}/payments", id(&bill(&centre, one).await));
        centre.app.server().post(&at, &json!({ "method": "sandbox_konbini" })).await.created()
    };
    let (last, first) = (pay(&late).await, pay(&between).await);
    let told = closing(&centre, json!({})).await.created();
    // somebody pays before their bill is called off
    cut_short(&centre, &told).await;
    konbini(&centre.app, &first).await;
    execute(&centre, &told).await.ok();
    outbox(&centre).await;
    konbini(&centre.app, &last).await;
    let [letter] = outbox(&centre).await.try_into().unwrap();
    assert_eq!(letter.template, "billing.payment_returned", "and the payer hears of it");
    for one in [&late, &between] {
        assert_eq!((kept(&centre, one).await, &centre.read(one).await["state"]), (0, &json!("class_cancelled")));
    }
}

/// I9.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_in_two_ways_goes_back_in_both() {
    let centre = Centre::new(json!({}), &[json!({ "amount": 6_000 })]).await;
    let one = centre.one(&["一"]).await;
    part(&centre, &one, "cash", 2_500).await;
    part(&centre, &one, "card_terminal", 3_500).await;
    assert_eq!(centre.read(&one).await["state"], "admitted");
    centre.act(&one, "revoke", &json!({ "reason": "要件の誤り" })).await.ok();
    assert_eq!((kept(&centre, &one).await, refunded(&centre, &one).await), (0, 6_000));
    let refunds = bill(&centre, &one).await["refunds"].as_array().unwrap().clone();
    let mut routes: Vec<_> = refunds.iter().map(|one| (one["route"].clone(), one["amount"].clone())).collect();
    routes.sort_by_key(|(route, _)| route.to_string());
    assert_eq!(routes, [(json!("card_terminal"), json!(3_500)), (json!("cash"), json!(2_500))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_who_cannot_be_given_theirs_holds_up_nobody_and_stays_on_the_plan() {
    let (centre, applications, _) = running(3).await;
    let tenant = centre.app.test.twins.first.tenant.uuid();
    let stuck = bill(&centre, &applications[1]).await;
    // the books say that more of it went back than the lines do
    let payment = stuck["payments"][0]["id"].as_str().unwrap().parse::<kernel::ids::PaymentId>().unwrap().uuid();
    let spoil = |refunded: i64| {
        format!("UPDATE billing.payments SET refunded = {refunded} WHERE tenant_id = '{tenant}' AND id = '{payment}'")
    };
    centre.app.test.execute(&spoil(11_000)).await;
    let told = closing(&centre, json!({})).await.created();
    let done = execute(&centre, &told).await.ok();
    assert_eq!((&done["state"], &done["refunds"], &done["refunds_done"]), (&json!("unfinished"), &json!(3), &json!(2)));
    assert_eq!(
        (&done["failures"][0]["application"], done["failures"].as_array().unwrap().len()),
        (&applications[1]["id"], 1)
    );
    assert!(done["failures"][0]["code"].as_str().unwrap().contains('.'), "{done}");
    for one in [&applications[0], &applications[2]] {
        assert_eq!(refunded(&centre, one).await, 12_000);
    }
    centre.app.test.execute(&spoil(0)).await;
    let done = execute(&centre, &told).await.ok();
    assert_eq!((&done["state"], &done["refunds_done"], &done["failures"]), (&json!("done"), &json!(3), &json!([])));
    assert_eq!(refunded(&centre, &applications[1]).await, 12_000);
    execute(&centre, &told).await.ok();
    assert_eq!(refunded(&centre, &applications[1]).await, 12_000, "once");
}

/// A class of one place of a house, with whoever was offered it as the first withdrew and whoever waits behind them.
async fn offered(server: &Client, page: &Client, code: &str) -> (String, String) {
    let make = async |noun: &str, body: &Value| id(&server.post(&format!("/v1/course/{noun}"), body).await.created());
    let term = json!({ "code": code, "name": "前期", "starts_on": "2027-04-01", "ends_on": "2027-10-01" });
    let (term, course) = (make("terms", &term).await, make("courses", &json!({ "code": code, "title": "書道" })).await);
    let class = json!({ "course": course, "term": term, "code": code, "title": "土曜", "capacity": 1, "admission": "first_come", "offer_minutes": 60 });
    let class = make("classes", &class).await;
    let window = json!({ "class": class, "kind": "general", "label": "一般", "opens_at": "2026-11-20T09:00:00+09:00", "closes_at": "2026-12-01T17:00:00+09:00" });
    make("windows", &window).await;
    server.post(&format!("/v1/course/classes/{class}/publish"), &json!({})).await.ok();
    let apply = async |name: &str| {
        let body = json!({ "class": class, "people": [{ "name": name }], "contact": { "name": name } });
        id(&page.post("/v1/course/applications", &body).await.created()["applications"][0])
    };
    let (first, second, third) = (apply("一").await, apply("二").await, apply("三").await);
    server.post(&format!("/v1/course/applications/{first}/withdraw"), &json!({})).await.ok();
    (second, third)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_broken_at_one_tenant_holds_up_neither_its_other_classes_nor_other_tenants() {
    let app = TestApp::new().await;
    let theirs = (app.neighbour(), app.on_page(&app.test.twins.second.publishable_key));
    let broken = offered(&app.server(), &app.page(), "A").await;
    // the record begins anew, says the row, though much is in it: what happens cannot be recorded
    app.test.execute("UPDATE course.places SET event_number = 0").await;
    let sound = offered(&app.server(), &app.page(), "B").await;
    let neighbours = offered(&theirs.0, &theirs.1, "C").await;
    app.clock.advance(Duration::minutes(61));
    assert_eq!(lapsing::round(&app.desk).await.unwrap(), 2, "two of three classes");
    let state = async |client: &Client, id: &str| {
        let found = client.get(&format!("/v1/course/applications/{id}")).await.ok();
        found["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state(&app.server(), &broken.1).await, "waitlisted");
    assert_eq!(state(&app.server(), &sound.1).await, "offered");
    assert_eq!(state(&theirs.0, &neighbours.1).await, "offered");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_pays_after_a_session_was_given_up_gets_back_what_those_did_who_had_paid() {
    let (centre, applications, sessions) = running(1).await;
    let later = centre.one(&["後払"]).await;
    centre.app.clock.advance(Duration::minutes(1));
    let cancel = json!({ "session": sessions[0], "reason": "講師の病気", "refund": true });
    let told = plan(&centre, "cancellations", &cancel).await.created();
    assert_eq!((&told["refund"], &told["refunds"]), (&json!(3_334), &json!(1)));
    execute(&centre, &told).await.ok();
    outbox(&centre).await;
    centre.pay(&later).await.created();
    assert_eq!((refunded(&centre, &later).await, refunded(&centre, &applications[0]).await), (3_334, 3_334));
    let [admitted] = outbox(&centre).await.try_into().unwrap();
    assert!(admitted.template == "course.admitted" && admitted.body.contains("返金額: 3,334円\n"), "{}", admitted.body);
    // whoever applies now knows how many sessions there are
    let newcomer = centre.one(&["新規"]).await;
    outbox(&centre).await;
    centre.pay(&newcomer).await.created();
    assert_eq!(refunded(&centre, &newcomer).await, 0);
    let [admitted] = outbox(&centre).await.try_into().unwrap();
    assert!(!admitted.body.contains("返金額"), "{}", admitted.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joined_a_running_class_gets_back_the_same_of_a_session_that_was_given_up_whenever_they_pay() {
    let open = json!({ "closes_at": "2027-05-01T18:00:00+09:00" });
    let centre = Centre::with_window(json!({}), &[json!({ "amount": 9_000 })], open).await;
    let sessions = sessions(&centre, 3).await;
    centre.app.clock.set(datetime!(2027-05-01 12:00 +9));
    let [at_once, later] = [centre.one(&["即日"]).await, centre.one(&["後払"]).await];
    centre.pay(&at_once).await.created();
    centre.app.clock.advance(Duration::HOUR);
    let cancel = json!({ "session": sessions[1], "reason": "講師の病気", "refund": true });
    execute(&centre, &plan(&centre, "cancellations", &cancel).await.created()).await.ok();
    centre.app.clock.set(datetime!(2027-05-02 12:00 +9));
    centre.pay(&later).await.created();
    assert_eq!((refunded(&centre, &at_once).await, refunded(&centre, &later).await), (4_500, 4_500));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_could_not_be_made_up_for_is_paid_back_later_and_then_nothing_makes_up_for_it() {
    let (centre, applications, sessions) = running(2).await;
    let cancel = json!({ "session": sessions[0], "reason": "台風", "refund": false });
    let told = plan(&centre, "cancellations", &cancel).await.created();
    execute(&centre, &told).await.ok();
    assert_eq!(refunded(&centre, &applications[0]).await, 0);
    plan(&centre, "refunds", &json!({ "session": sessions[1] })).await.refused(409, "course.session.state");
    outbox(&centre).await;
    let told = plan(&centre, "refunds", &json!({ "session": sessions[0] })).await.created();
    assert_eq!((&told["kind"], &told["refund"]), (&json!("refund_session"), &json!(2 * 3_334)));
    execute(&centre, &told).await.ok();
    for one in &applications {
        assert_eq!(refunded(&centre, one).await, 3_334);
    }
    let letters = outbox(&centre).await;
    assert!(
        letters.len() == 2 && letters.iter().all(|one| one.body.contains("返金額: 3,334円")),
        "{}",
        letters[0].body
    );
    let makeup = json!({ "session": sessions[0], "starts_at": "2027-05-01T10:00:00+09:00", "ends_at": "2027-05-01T11:00:00+09:00", "place": "別館" });
    let refused = plan(&centre, "make-ups", &makeup).await.refused(409, "course.session.given_up");
    assert!(refused["given_up_at"].is_string());
    plan(&centre, "refunds", &json!({ "session": sessions[0] })).await.refused(409, "course.session.given_up");
    // the two that are left share the rest
    let cancel = json!({ "session": sessions[1], "reason": "台風", "refund": true });
    let told = plan(&centre, "cancellations", &cancel).await.created();
    assert_eq!(told["refund"], 2 * 3_333);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_that_ends_half_way_gives_back_what_is_not_held_unless_the_house_gives_back_all() {
    for (refund, back) in
        [(json!({}), 6_666), (json!({ "refund": "unheld" }), 6_666), (json!({ "refund": "all" }), 12_000)]
    {
        let (centre, applications, sessions) = running(1).await;
        centre.app.clock.set(datetime!(2027-04-10 12:00 +9));
        let told = closing(&centre, refund.clone()).await.created();
        assert_eq!(told["refund"], back, "{refund}");
        execute(&centre, &told).await.ok();
        assert_eq!(
            refunded(&centre, &applications[0]).await,
            back,
            "the first session was held, the materials were used"
        );
        assert_eq!(session(&centre, &sessions[0]).await["state"], "scheduled");
        assert_eq!(session(&centre, &sessions[1]).await["state"], "cancelled");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_a_family_leaves_with_their_money_and_the_others_stay() {
    let fees = [json!({ "amount": 6_000 })];
    let half =
        json!({ "label": "中学生以下", "percent": 50, "requires": [{ "any_of": [{ "fact": "age", "at_most": 15 }] }] });
    let rules =
        json!({ "capacity": 3, "rules": { "prices": [half], "refunds": [{ "days_before": 1, "percent": 100 }] } });
    let centre = Centre::new(rules, &fees).await;
    let people = json!([{ "name": "父", "birth_date": "1980-05-05" }, { "name": "子", "birth_date": "2016-05-05" }, { "name": "母", "birth_date": "1982-05-05" }]);
    let body =
        json!({ "class": centre.class, "people": people, "contact": { "name": "父", "email": "guest@example.jp" } });
    let made = centre.app.page().post("/v1/course/applications", &body).await.created()["applications"][0].clone();
    let waits = centre.one(&["次"]).await;
    let person = |name: &str| {
        let at = ["父", "子", "母"].iter().position(|one| *one == name).unwrap();
        made["people"].as_array().unwrap().iter().filter(|one| one["role"] == "participant").nth(at).unwrap()["person"]
            .clone()
    };
    let child = made["lines"].as_array().unwrap().iter().find(|one| one["charged"] == 3_000).unwrap()["person"].clone();
    assert_eq!(made["total"], 15_000);

    let everybody = json!([person("父"), person("子"), person("母")]);
    withdrawal(&centre, &made, everybody).await.refused(422, "course.withdrawal.people");
    let quote = withdrawal(&centre, &made, json!([child])).await.created();
    assert_eq!((&quote["paid"], &quote["refund"], &quote["people"]), (&json!(0), &json!(0), &json!([child])));
    outbox(&centre).await;
    withdraw(&centre, &quote).await.ok();
    let left = centre.read(&made).await;
    assert_eq!((&left["state"], &left["units"], &left["total"]), (&json!("payment_due"), &json!(2), &json!(12_000)));
    assert_eq!(left["people"].as_array().unwrap().len(), 2);
    let asks = bill(&centre, &made).await;
    assert_eq!((&asks["total"], &asks["state"]), (&json!(12_000), &json!("open")));
    assert_eq!(centre.read(&waits).await["state"], "offered", "their place goes to the line");
    let letters = outbox(&centre).await;
    let gone = letters.iter().find(|one| one.template == "course.withdrawn").unwrap();
    assert!(gone.body.contains("受講者: 子\n"), "{}", gone.body);
    let due = letters.iter().find(|one| one.template == "course.payment_due").unwrap();
    assert!(due.body.contains("12,000円") && due.body.contains("父") && !due.body.contains("子"), "{}", due.body);

    centre.pay(&made).await.created();
    let other = left["people"][0]["person"].clone();
    let quote = withdrawal(&centre, &made, json!([other])).await.created();
    assert_eq!((&quote["paid"], &quote["refund"]), (&json!(6_000), &json!(6_000)));
    let asked = join_all((0..3).map(|_| withdraw(&centre, &quote))).await;
    assert_eq!(asked.iter().filter(|answer| answer.status == 200).count(), 1, "{asked:?}");
    let left = centre.read(&made).await;
    assert_eq!(
        (&left["state"], &left["units"], refunded(&centre, &made).await),
        (&json!("admitted"), &json!(1), 6_000)
    );
    let stays = left["people"][0]["person"].as_str().unwrap();
    let roster = centre.app.server().get(&format!("/v1/course/classes/{}/roster", centre.class)).await;
    assert_eq!(roster.status, 200, "{}", roster.text);
    let listed = |person: &str| roster.text.contains(person);
    assert!(listed(stays) && !listed(child.as_str().unwrap()) && !listed(other.as_str().unwrap()), "{}", roster.text);
    // who left may apply again
    let again = json!({ "class": centre.class, "people": [{ "person": child }], "patron": made["applicant"], "channel": "counter" });
    centre
        .app
        .server()
        .send(Method::POST, "/v1/course/applications/entries", &[("idempotency-key", "again")], Some(&again))
        .await
        .created();
}
