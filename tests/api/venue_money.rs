//! The money of hires that are changed, settled, given up and taken back: what is told is what the ledger has.

use serde_json::{Value, json};
use time::Duration;

use crate::{
    billing_documents::set_issuer,
    journal,
    sale::konbini,
    venue_hire::{House, id, table},
    venue_letters::outbox,
};

/// What came in for a bill and did not go back; how it stands.
async fn bill(house: &House, bill: &Value) -> (i64, String) {
    let bill = house.app.server().get(&format!("/v1/bills/{}", bill.as_str().unwrap())).await.ok();
    let left = bill["paid"].as_i64().unwrap() - bill["refunded"].as_i64().unwrap();
    (left, bill["state"].as_str().unwrap().to_owned())
}

fn with_piano(house: &House, date: &str, slots: &[&str]) -> Value {
    let mut wish = house.wish(0, date, slots);
    wish["equipment"] = json!([{ "equipment": house.piano, "quantity": 1 }]);
    wish
}

async fn change(house: &House, application: &Value, wish: &Value) -> Value {
    let path = format!("/v1/venue/hires/{}/change", id(&application["hires"][0]));
    let preview = house.app.server().post(&format!("{path}/preview"), wish).await.ok();
    let done = house.app.server().post(&path, wish).await.ok();
    for told in ["amount_before", "amount_after", "due_amount", "fee", "refund_amount"] {
        assert_eq!(preview[told], done[told], "{told}: the preview says what is done");
    }
    done
}

fn money(told: &Value) -> (i64, i64, i64) {
    let yen = |name: &str| told[name].as_i64().unwrap();
    (yen("due_amount"), yen("fee"), yen("refund_amount"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piano_that_was_not_paid_for_costs_nothing_and_gives_nothing_back_when_the_hire_is_given_up() {
    let house = House::open("staff").await;
    let application = house.confirmed(&[house.wish(0, "2026-12-11", &["PM"])]).await;
    let piano = change(&house, &application, &with_piano(&house, "2026-12-11", &["PM"])).await;
    assert_eq!(money(&piano), (5_000, 0, 0));
    assert_eq!(piano["due_at"], "2026-12-05T10:00:00+09:00", "in fourteen days");
    let preview = house.act(&application, "cancel/preview", &json!({})).await.ok();
    assert_eq!((&preview["fee"], &preview["refund_amount"]), (&json!(5_000), &json!(5_000)));
    let cancelled = house.act(&application, "cancel", &json!({})).await.ok();
    assert_eq!(cancelled["hires"], preview["hires"], "what was told");
    assert_eq!(cancelled["hires"][0]["charge"], 10_000, "the piano was never paid");
    assert_eq!(bill(&house, &application["bill"]).await, (5_000, "paid".to_owned()));
    assert_eq!(bill(&house, &piano["bill"]).await, (0, "cancelled".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_change_takes_the_place_of_what_was_not_paid_and_late_money_for_that_goes_back() {
    let house = House::open("staff").await;
    let application = house.confirmed(&[house.wish(0, "2026-12-11", &["PM"])]).await;
    let piano = change(&house, &application, &with_piano(&house, "2026-12-11", &["PM"])).await;
    let pay = format!("/v1/bills/{}/payments", piano["bill"].as_str().unwrap());
    let store = house.app.server().post(&pay, &json!({ "method": "sandbox_konbini" })).await.created();
    let longer = change(&house, &application, &with_piano(&house, "2026-12-11", &["PM", "NT"])).await;
    assert_eq!(money(&longer), (15_000, 0, 0), "ten thousand more, and the piano that was not paid");
    konbini(&house.app, &store).await;
    assert_eq!(bill(&house, &piano["bill"]).await, (0, "cancelled".to_owned()));
    let payment = house.app.server().get(&format!("/v1/payments/{}", id(&store))).await.ok();
    assert_eq!(payment["state"], "refunded", "it would be paid twice otherwise");
    house.pay(&longer["bill"]).await.created();
    let revoked = house.act(&application, "revoke", &json!({ "reason": "避難所として使用" })).await.ok();
    assert_eq!(revoked["refund_amount"], 25_000);
    assert_eq!(bill(&house, &application["bill"]).await.0 + bill(&house, &longer["bill"]).await.0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_of_a_change_pays_for_the_way_back_and_the_house_gives_back_all_of_it() {
    let house = House::open("staff").await;
    let mut document = table();
    document["change"] = json!({ "legal_reference": "会館条例第7条", "most": 2, "refunds_difference": false });
    house.by(&document).await;
    let application = house.confirmed(&[house.wish(0, "2026-12-11", &["PM"])]).await;
    let cheaper = change(&house, &application, &house.wish(0, "2026-12-11", &["AM"])).await;
    assert_eq!(money(&cheaper), (0, 4_000, 0), "the tariff keeps differences");
    let back = change(&house, &application, &house.wish(0, "2026-12-11", &["PM"])).await;
    assert_eq!(money(&back), (0, 0, 0), "it was paid once");
    let path = format!("/v1/venue/hires/{}/change", id(&application["hires"][0]));
    let third = house.app.server().post(&path, &house.wish(0, "2026-12-11", &["AM"])).await;
    assert_eq!(third.refused(409, "venue.application.changes")["most"], 2);
    let revoked = house.act(&application, "revoke", &json!({ "reason": "避難所として使用" })).await.ok();
    assert_eq!(revoked["refund_amount"], 10_000);
    assert_eq!(bill(&house, &application["bill"]).await, (0, "paid".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_to_something_smaller_is_no_way_around_the_schedule_of_cancellation() {
    let house = House::open("staff").await;
    let application = house.confirmed(&[house.wish(0, "2026-12-11", &["PM"])]).await;
    let smaller = change(&house, &application, &house.wish(1, "2026-12-11", &["PM"])).await;
    assert_eq!(money(&smaller), (0, 2_500, 2_500), "20 days before, half of five thousand");
    house.app.clock.advance(Duration::days(19));
    let smallest = change(&house, &application, &house.wish(1, "2026-12-11", &["AM"])).await;
    assert_eq!(money(&smallest), (0, 2_000, 0), "the day before, everything");
    assert_eq!(bill(&house, &application["bill"]).await.0, 7_500);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hire_is_changed_until_the_day_that_the_tariff_says() {
    let house = House::open("staff").await;
    let mut document = table();
    document["change"] =
        json!({ "legal_reference": "会館条例第7条", "most": 5, "until": { "days_before": 10 }, "reduction": "refund" });
    house.by(&document).await;
    let application = house.confirmed(&[house.wish(0, "2026-12-11", &["PM"])]).await;
    house.app.clock.advance(Duration::days(10));
    let cheaper = change(&house, &application, &house.wish(0, "2026-12-11", &["AM"])).await;
    assert_eq!(money(&cheaper), (0, 0, 4_000), "this tariff gives all of it back");
    house.app.clock.advance(Duration::days(1));
    let path = format!("/v1/venue/hires/{}/change", id(&application["hires"][0]));
    let late = house.app.server().post(&path, &house.wish(0, "2026-12-11", &["PM"])).await;
    assert_eq!(late.refused(409, "venue.application.change_late")["until"], "2026-12-01");
}

/// Paid in part in cash and for the rest by a transfer.
async fn in_two_parts(house: &House, date: &str) -> Value {
    let application = house.applied(&[house.wish(0, date, &["PM"])]).await;
    let billed = house.act(&application, "approve", &json!({})).await.ok()["bill"].clone();
    let path = format!("/v1/bills/{}", billed.as_str().unwrap());
    let cash = json!({ "method": "cash", "amount": 4_000 });
    house.app.server().post(&format!("{path}/counter-payments"), &cash).await.created();
    let reference = house.app.server().get(&path).await.ok()["reference"].clone();
    let line = json!({ "line": 1, "value_date": "2026-11-21", "amount": 6_000, "reference": reference });
    house.app.server().post("/v1/transfers", &json!({ "transfers": [line] })).await.ok();
    let seen = house.seen(&application).await;
    assert_eq!(seen["state"], "confirmed");
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_that_was_paid_in_two_parts_goes_back_in_two_parts() {
    let house = House::open("staff").await;
    let (cancelled, revoked) = (in_two_parts(&house, "2026-12-11").await, in_two_parts(&house, "2026-12-10").await);
    let told = house.act(&cancelled, "cancel", &json!({})).await.ok();
    assert_eq!((&told["fee"], &told["refund_amount"]), (&json!(5_000), &json!(5_000)));
    assert_eq!(bill(&house, &cancelled["bill"]).await.0, 5_000);
    house.act(&revoked, "revoke", &json!({ "reason": "避難所として使用" })).await.ok();
    assert_eq!(bill(&house, &revoked["bill"]).await.0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_in_part_goes_back_when_the_application_is_given_up_before_the_rest_comes() {
    let house = House::open("staff").await;
    let application = house.applied(&[house.wish(0, "2026-12-11", &["PM"])]).await;
    let billed = house.act(&application, "approve", &json!({})).await.ok()["bill"].clone();
    let path = format!("/v1/bills/{}/counter-payments", billed.as_str().unwrap());
    house.app.server().post(&path, &json!({ "method": "cash", "amount": 4_000 })).await.created();
    outbox(&house).await;
    for verb in ["cancel/preview", "cancel"] {
        let told = house.act(&application, verb, &json!({})).await.ok();
        let names = ["fee", "refund_amount", "paid"].map(|name| told[name].clone());
        assert_eq!(names, [json!(0), json!(4_000), json!(false)], "{verb}");
        assert_eq!(told["hires"][0]["refund_amount"], 4_000);
    }
    assert_eq!(house.seen(&application).await["state"], "withdrawn");
    assert_eq!(bill(&house, &billed).await, (0, "cancelled".to_owned()));
    assert_eq!(journal::told(&house.app, "venue.application.withdrawn").await[0]["refund"], 4_000);
    let [letter] = outbox(&house).await.try_into().unwrap();
    assert!(letter.body.contains("返金額: 4,000円"), "{}", letter.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_in_part_of_a_change_goes_back_and_is_told_whatever_comes_next() {
    let house = House::open("staff").await;
    let partly = async |date: &str| {
        let application = house.confirmed(&[house.wish(0, date, &["PM"])]).await;
        let piano = change(&house, &application, &with_piano(&house, date, &["PM"])).await;
        let path = format!("/v1/bills/{}/counter-payments", piano["bill"].as_str().unwrap());
        house.app.server().post(&path, &json!({ "method": "cash", "amount": 2_000 })).await.created();
        application
    };
    let (longer, revoked) = (partly("2026-12-10").await, partly("2026-12-11").await);
    outbox(&house).await;
    let told = change(&house, &longer, &with_piano(&house, "2026-12-10", &["PM", "NT"])).await;
    assert_eq!(money(&told), (15_000, 0, 2_000), "asked for again with the rest");
    let reason = json!({ "reason": "避難所として使用" });
    for (verb, body) in [("revoke/preview", json!({})), ("revoke", reason)] {
        let told = house.act(&revoked, verb, &body).await.ok();
        assert_eq!(told["refund_amount"], 12_000, "{verb}");
        assert_eq!(told["hires"][0]["refund_amount"], 10_000, "{verb}");
    }
    assert_eq!(journal::told(&house.app, "venue.application.revoked").await[0]["refund"], 12_000);
    let letters: Vec<_> = outbox(&house).await.into_iter().map(|letter| letter.body).collect();
    assert!(letters[1].contains("返金額: 2,000円") && letters.last().unwrap().contains("12,000円"), "{letters:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_paid_of_a_change_is_asked_for_again_with_the_settlement() {
    let house = House::open("staff").await;
    let application = house.confirmed(&[house.wish(0, "2026-12-11", &["PM"])]).await;
    let piano = change(&house, &application, &with_piano(&house, "2026-12-11", &["PM"])).await;
    house.app.clock.advance(Duration::days(21));
    let used = format!("/v1/venue/hires/{}/use", id(&application["hires"][0]));
    house.app.server().post(&used, &json!({ "ends_at": "2026-12-11T17:30:00+09:00" })).await.ok();
    let settled = house.act(&application, "settle", &json!({})).await.ok();
    assert_eq!((&settled["due_amount"], &settled["amount_after"]), (&json!(7_500), &json!(17_500)));
    assert_eq!(bill(&house, &piano["bill"]).await, (0, "cancelled".to_owned()));
    house.pay(&settled["bill"]).await.created();
    assert_eq!(bill(&house, &application["bill"]).await.0 + bill(&house, &settled["bill"]).await.0, 17_500);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_has_the_tax_of_the_quote_and_the_last_day_of_use() {
    let house = House::open("staff").await;
    let mut document = table();
    document["tax"]["rounding"] = json!("up");
    house.by(&document).await;
    set_issuer(&house.app.server(), "T8000020130001", None).await.ok();
    let uses = [house.wish(1, "2026-12-11", &["AM"]), house.wish(1, "2026-12-16", &["PM"])];
    let quote = house.quoted(&uses).await;
    assert_eq!((&quote["total_amount"], &quote["tax"]), (&json!(8_000), &json!(728)), "727.27 is rounded up");
    let application = house.confirmed(&uses).await;
    let ask = json!({ "kind": "qualified_invoice", "bill": application["bill"] });
    let invoice = house.app.server().post("/v1/documents", &ask).await.created();
    assert_eq!(invoice["content"]["taxes"][0]["tax"], quote["tax"]);
    assert_eq!(invoice["content"]["supplied_on"], "2026-12-16");
    let receipt = json!({ "kind": "receipt", "bill": application["bill"] });
    let receipt = house.app.server().post("/v1/documents", &receipt).await.created();
    assert_eq!(
        (&receipt["content"]["total"], &receipt["content"]["supplied_on"]),
        (&json!(8_000), &json!("2026-11-21"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_granted_is_paid_between_then_and_the_first_use() {
    let house = House::open("staff").await;
    let application = house.applied(&[house.wish(0, "2026-12-11", &["AM"])]).await;
    for due in ["2026-11-21T09:00:00+09:00", "2026-12-11T09:00:01+09:00"] {
        let refused = house.act(&application, "approve", &json!({ "due_at": due })).await;
        let refused = refused.refused(422, "venue.application.due");
        let limits = (&refused["earliest"], &refused["latest"]);
        assert_eq!(limits, (&json!("2026-11-21T10:00:00+09:00"), &json!("2026-12-11T09:00:00+09:00")));
    }
    let late = house.applied(&[house.wish(0, "2026-11-21", &["NT"])]).await;
    house.app.clock.advance(Duration::hours(8));
    let begun = house.act(&late, "approve", &json!({})).await.refused(409, "venue.application.state");
    assert_eq!(begun["state"], "lapsed", "its use has begun");
    let latest = json!({ "due_at": "2026-12-11T09:00:00+09:00" });
    let granted = house.act(&application, "approve", &latest).await.ok();
    assert_eq!(granted["due_at"], "2026-12-11T09:00:00+09:00");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_use_is_recorded_as_it_was_and_not_as_it_will_be() {
    let house = House::open("staff").await;
    let application = house.confirmed(&[house.wish(0, "2026-12-11", &["PM"])]).await;
    let path = format!("/v1/venue/hires/{}/use", id(&application["hires"][0]));
    let record = async |body: Value| house.app.server().post(&path, &body).await;
    house.app.clock.advance(Duration::days(20) + Duration::minutes(170));
    record(json!({})).await.refused(409, "venue.hire.not_yet"); // ten minutes before
    record(json!({ "no_show": true })).await.refused(409, "venue.hire.not_yet");
    let beside = json!({ "starts_at": "2026-12-11T09:00:00+09:00", "ends_at": "2026-12-11T12:00:00+09:00" });
    let beside = record(beside).await.refused(422, "venue.hire.beside");
    assert_eq!(beside["starts_at"], "2026-12-11T13:00:00+09:00");
    let yesterday = json!({ "starts_at": "2026-12-10T13:00:00+09:00" });
    record(yesterday).await.refused(422, "venue.hire.beside"); // a slip of a day, and not a day of overtime
    house.app.clock.advance(Duration::hours(2));
    let longer = json!({ "ends_at": "2026-12-11T18:00:00+09:00", "heads": 80 });
    let early = record(longer.clone()).await.refused(409, "venue.hire.not_yet");
    assert_eq!(early["from"], "2026-12-11T18:00:00+09:00", "nobody knows yet");
    house.app.clock.advance(Duration::hours(4));
    let used = record(longer).await.ok();
    assert_eq!(used["hires"][0]["used"]["heads"], 80);
    house.app.clock.advance(Duration::days(1));
    let tomorrow = json!({ "ends_at": "2026-12-12T17:00:00+09:00" });
    record(tomorrow).await.refused(422, "venue.hire.beside");
    let uncounted = record(json!({ "ends_at": "2026-12-11T18:00:00+09:00" })).await.ok();
    assert!(uncounted["hires"][0]["used"].get("heads").is_none(), "nobody counted is not nobody");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_use_is_over_when_it_ends_as_agreed_or_when_people_left_and_not_before() {
    let house = House::open("staff").await;
    let application = house.confirmed(&[house.wish(0, "2026-12-11", &["PM"])]).await;
    let path = format!("/v1/venue/hires/{}/use", id(&application["hires"][0]));
    let record = async |body: Value| house.app.server().post(&path, &body).await;
    house.app.clock.advance(Duration::days(20) + Duration::hours(5)); // three in the afternoon, of one until five
    for body in [json!({}), json!({ "heads": 80 }), json!({ "ends_at": "2026-12-11T17:00:00+09:00" })] {
        let early = record(body).await.refused(409, "venue.hire.not_yet");
        assert_eq!(early["from"], "2026-12-11T17:00:00+09:00");
    }
    let ahead = record(json!({ "ends_at": "2026-12-11T15:00:01+09:00" })).await.refused(409, "venue.hire.not_yet");
    assert_eq!(ahead["from"], "2026-12-11T15:00:01+09:00", "nobody knows that yet");
    assert_eq!(house.seen(&application).await["hires"][0]["state"], "open");
    let left = record(json!({ "ends_at": "2026-12-11T14:30:00+09:00" })).await.ok();
    assert_eq!(left["hires"][0]["used"]["ends_at"], "2026-12-11T14:30:00+09:00");
    house.app.clock.advance(Duration::hours(2));
    let agreed = record(json!({})).await.ok();
    assert_eq!(agreed["hires"][0]["used"]["ends_at"], "2026-12-11T17:00:00+09:00");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_change_and_the_end_at_the_same_moment_the_ledger_keeps_what_was_told() {
    let house = House::open("staff").await;
    for day in ["2026-12-09", "2026-12-10", "2026-12-11", "2026-12-12"] {
        let application = house.confirmed(&[house.wish(0, day, &["PM"])]).await;
        let before = bill(&house, &application["bill"]).await.0;
        let path = format!("/v1/venue/hires/{}/change", id(&application["hires"][0]));
        let (smaller, server) = (house.wish(1, day, &["PM"]), house.app.server());
        let nothing = json!({});
        let (changed, ended) = tokio::join!(server.post(&path, &smaller), house.act(&application, "cancel", &nothing));
        let ended = if ended.status == 200 { ended } else { house.act(&application, "cancel", &json!({})).await };
        let mut back = ended.ok()["refund_amount"].as_i64().unwrap();
        if changed.status == 200 {
            back += changed.ok()["refund_amount"].as_i64().unwrap();
        }
        assert_eq!(bill(&house, &application["bill"]).await.0, before - back);
        assert_eq!(house.seen(&application).await["state"], "cancelled");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_by_months_counts_to_the_last_day_that_the_month_before_has() {
    let house = House::open("staff").await;
    let mut document = table();
    document["cancel"]["steps"] =
        json!([{ "until": { "months_before": 1 }, "fee": { "percent": 0 } }, { "fee": { "percent": 100 } }]);
    house.by(&document).await;
    let application = house.confirmed(&[house.wish(0, "2026-12-31", &["PM"])]).await;
    let told = async || house.act(&application, "cancel/preview", &json!({})).await.ok()["hires"][0].clone();
    house.app.clock.advance(Duration::days(9));
    let last = told().await;
    assert_eq!((&last["fee"], &last["until"]), (&json!(0), &json!("2026-11-30")), "there is no 31 November");
    house.app.clock.advance(Duration::days(1));
    assert_eq!(told().await["fee"], 10_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_for_a_hire_goes_back_by_hand_only_when_nothing_bills_it_again() {
    let house = House::open("staff").await;
    let application = house.confirmed(&[house.wish(0, "2026-12-11", &["PM"])]).await;
    let piano = change(&house, &application, &with_piano(&house, "2026-12-11", &["PM"])).await;
    let back = json!({ "route": "cash", "reason": "staff" });
    let by_hand = async |bill: &Value| {
        house.app.server().post(&format!("/v1/bills/{}/refunds", bill.as_str().unwrap()), &back).await
    };
    house.pay(&piano["bill"]).await.created();
    for one in [&application["bill"], &piano["bill"]] {
        let refused = by_hand(one).await.refused(409, "venue.application.refund_by_hand");
        assert_eq!(refused["application"], application["id"]);
    }
    let half =
        json!({ "code": "KODOMO", "legal_reference": "減免規則第3条", "room_percent": 50, "equipment_percent": 0 });
    let reduced = house.act(&application, "reduce", &json!({ "reductions": [half] })).await.ok();
    assert_eq!(reduced["refund_amount"], 5_000, "what is too much goes back by what makes it cheaper");
    house.app.clock.advance(Duration::days(21));
    let used = format!("/v1/venue/hires/{}/use", id(&application["hires"][0]));
    house.app.server().post(&used, &json!({})).await.ok();
    let settled = house.act(&application, "settle", &json!({})).await.ok();
    assert_eq!((&settled["due_amount"], &settled["refund_amount"]), (&json!(0), &json!(0)));
    by_hand(&piano["bill"]).await.created();
    assert_eq!(bill(&house, &piano["bill"]).await.0, 0);
}
