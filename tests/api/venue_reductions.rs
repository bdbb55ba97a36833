//! 減免 that is granted once an application is approved, before it is paid and after.

use serde_json::{Value, json};
use time::Duration;

use crate::{
    journal,
    sale::konbini,
    venue_hire::{House, id, table},
    venue_letters::outbox,
};

fn of_rooms(code: &str, part: (&str, Value)) -> Value {
    let mut grant = json!({ "code": code, "legal_reference": "減免規則第3条" });
    grant[part.0] = part.1;
    json!({ "reductions": [grant] })
}

fn third() -> Value {
    of_rooms("BUNKA", ("room_ratio", json!({ "num": 1, "den": 3 })))
}

fn all() -> Value {
    of_rooms("KODOMO", ("room_percent", json!(100)))
}

async fn bill(house: &House, bill: &Value) -> Value {
    house.app.server().get(&format!("/v1/bills/{}", bill.as_str().unwrap())).await.ok()
}

fn yen(told: &Value) -> [i64; 4] {
    ["amount_before", "amount_after", "due_amount", "refund_amount"].map(|name| told[name].as_i64().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_needed_to_decide_is_reduced_by_a_third_before_it_is_paid_and_billed_again() {
    let house = House::open("automatic").await;
    let application = house.applied(&[house.wish(0, "2026-12-11", &["PM"])]).await;
    outbox(&house).await;
    let told = house.act(&application, "reduce", &third()).await.ok();
    assert_eq!(yen(&told), [10_000, 6_660, 6_660, 0], "a third of ten thousand, to the ten");
    assert_eq!(told["due_at"], application["due_at"], "there is as long to pay as before");
    assert_eq!(bill(&house, &application["bill"]).await["state"], "cancelled");
    let seen = house.seen(&application).await;
    assert_eq!((&seen["bill"], &seen["quote"]), (&told["bill"], &told["quote"]));
    let recorded = journal::told(&house.app, "venue.application.reduced").await;
    assert_eq!((&recorded[0]["before"], &recorded[0]["after"]), (&json!(10_000), &json!(6_660)));
    let [letter] = outbox(&house).await.try_into().unwrap();
    assert_eq!(letter.template, "venue.hire_reduced");
    assert!(
        letter.body.contains("減免後の使用料: 6,660円（税込）\n支払期限: 2026年12月5日（土）10:00"),
        "{}",
        letter.body
    );

    house.pay(&told["bill"]).await.created();
    assert_eq!(house.seen(&application).await["state"], "confirmed");
    assert_eq!(house.permits(&application).await[0]["content"]["total"], 6_660);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_has_nothing_left_to_pay_is_confirmed_and_what_was_granted_before_stays() {
    let house = House::open("automatic").await;
    let mut wish = house.wish(1, "2026-12-11", &["AM"]);
    wish["equipment"] = json!([{ "equipment": house.piano, "quantity": 1 }]);
    let application = house.applied(&[wish]).await;
    let rooms = house.act(&application, "reduce", &all()).await.ok();
    assert_eq!(yen(&rooms), [8_000, 5_000, 5_000, 0], "the piano");
    let piano = of_rooms("GAKKI", ("equipment_percent", json!(100)));
    let nothing = house.act(&application, "reduce", &piano).await.ok();
    assert_eq!((yen(&nothing), nothing.get("bill")), ([5_000, 0, 0, 0], None));
    assert_eq!(bill(&house, &rooms["bill"]).await["state"], "cancelled");
    assert_eq!(house.seen(&application).await["state"], "confirmed");
    assert_eq!(house.permits(&application).await[0]["content"]["total"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_was_paid_the_difference_goes_back_and_later_changes_are_reduced_too() {
    let house = House::open("staff").await;
    let application = house.confirmed(&[house.wish(0, "2026-12-11", &["AM"])]).await;
    outbox(&house).await;
    let half = of_rooms("BUNKA", ("room_percent", json!(50)));
    let told = house.act(&application, "reduce", &half).await.ok();
    assert_eq!((yen(&told), told.get("bill")), ([6_000, 3_000, 0, 3_000], None));
    assert_eq!(bill(&house, &application["bill"]).await["refunded"], 3_000);
    let permits = house.permits(&application).await;
    assert_eq!((&permits[0]["revision"], &permits[0]["content"]["total"]), (&json!(2), &json!(3_000)));
    let mut letters: Vec<_> = outbox(&house).await.into_iter().map(|letter| letter.template).collect();
    letters.sort();
    assert_eq!(letters, ["venue.hire_reduced", "venue.permit_issued"]);

    let change = format!("/v1/venue/hires/{}/change", id(&application["hires"][0]));
    let dearer = house.app.server().post(&change, &house.wish(0, "2026-12-11", &["PM"])).await.ok();
    assert_eq!((&dearer["amount_after"], &dearer["due_amount"]), (&json!(5_000), &json!(2_000)));
    // what was still open of the change is asked for anew, and less of it
    let less = house.act(&application, "reduce", &of_rooms("BUNKA", ("room_percent", json!(60)))).await.ok();
    assert_eq!(yen(&less), [5_000, 4_000, 1_000, 0], "it takes the place of the half");
    assert_eq!(bill(&house, &dearer["bill"]).await["state"], "cancelled");
    house.pay(&less["bill"]).await.created();
    house.app.clock.advance(Duration::days(21));
    let used = format!("/v1/venue/hires/{}/use", id(&application["hires"][0]));
    house.app.server().post(&used, &json!({})).await.ok();
    let settled = house.act(&application, "settle", &json!({})).await.ok();
    assert_eq!(yen(&settled), [4_000, 4_000, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn money_for_the_price_before_the_reduction_goes_back_and_confirms_nothing() {
    let house = House::open("automatic").await;
    let application = house.applied(&[house.wish(1, "2026-12-18", &["AM"])]).await;
    let pay = format!("/v1/bills/{}/payments", application["bill"].as_str().unwrap());
    let payment = house.app.server().post(&pay, &json!({ "method": "sandbox_konbini" })).await.created();
    let told = house.act(&application, "reduce", &third()).await.ok();
    outbox(&house).await;
    konbini(&house.app, &payment).await;
    let [letter] = outbox(&house).await.try_into().unwrap();
    assert_eq!((letter.to.as_str(), letter.template.as_str()), ("choir@example.jp", "billing.payment_returned"));
    let bill = format!("返金額: 3,000円\n請求番号: {}\n", application["bill"].as_str().unwrap());
    assert!(letter.body.contains(&bill), "{}", letter.body);
    let state = house.app.server().get(&format!("/v1/payments/{}", id(&payment))).await.ok()["state"].clone();
    assert_eq!((&state, &house.seen(&application).await["state"]), (&json!("refunded"), &json!("awaiting_payment")));
    house.pay(&told["bill"]).await.created();
    assert_eq!(house.seen(&application).await["state"], "confirmed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reduction_that_makes_no_sense_or_comes_too_early_is_refused_and_changes_nothing() {
    let house = House::open("staff").await;
    let requested = house.applied(&[house.wish(1, "2026-12-11", &["AM"])]).await;
    let early = house.act(&requested, "reduce", &third()).await.refused(409, "venue.application.state");
    assert_eq!(early["state"], "requested", "it is granted with the approval");
    let application = house.confirmed(&[house.wish(2, "2026-12-11", &["AM"])]).await;
    let more = of_rooms("BUNKA", ("room_ratio", json!({ "num": 4, "den": 3 })));
    let refused = house.act(&application, "reduce", &more).await.refused(422, "venue.reduction.senseless");
    assert_eq!((&refused["reduction"], &refused["grant"]), (&json!(0), &json!("BUNKA")));
    let none = house.act(&application, "reduce", &json!({ "reductions": [] })).await.refused(400, "invalid_request");
    assert_eq!(none["errors"][0]["pointer"], "#/reductions");
    let zeroth = of_rooms("BUNKA", ("room_ratio", json!({ "num": 1, "den": 0 })));
    let zeroth = house.act(&application, "reduce", &zeroth).await.refused(400, "invalid_request");
    assert_eq!(zeroth["errors"][0]["pointer"], "#/reductions/0/room_ratio/den");
    let path = format!("/v1/venue/applications/{}/reduce", id(&application));
    house.app.page().post(&path, &third()).await.refused(403, "permission_denied");
    house.app.neighbour().post(&path, &third()).await.refused(404, "absent");
    assert_eq!(house.seen(&application).await, application);

    let granted = house.act(&requested, "approve", &third()).await.ok();
    assert_eq!(bill(&house, &granted["bill"]).await["total"], 2_000, "an approval takes a third off, too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reduction_that_comes_off_nothing_or_more_than_all_is_granted_neither_at_once_nor_later() {
    let house = House::open("staff").await;
    let grant = |code: &str, part: Value| {
        let mut grant = json!({ "code": code, "legal_reference": "減免規則第3条" });
        grant.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
        grant
    };
    let half = grant("BUNKA", json!({ "room_percent": 50 }));
    let (in_vain, senseless) = ((409, "venue.reduction.in_vain"), (422, "venue.reduction.senseless"));
    let more = json!({ "num": 3, "den": 2 });
    let cases = [
        (grant("EQ", json!({ "equipment_percent": 50 })), in_vain),
        (grant("EQ", json!({ "room_percent": 0, "equipment_ratio": { "num": 1, "den": 3 } })), in_vain),
        (grant("Z", json!({})), in_vain),
        (grant("M", json!({ "room_ratio": more })), senseless),
        (grant("M", json!({ "room_percent": 50, "equipment_ratio": more })), senseless),
    ];
    let requested = house.applied(&[house.wish(1, "2026-12-11", &["AM"])]).await;
    let confirmed = house.confirmed(&[house.wish(2, "2026-12-11", &["AM"])]).await;
    let unpaid = house.applied(&[house.wish(1, "2026-12-12", &["AM"])]).await;
    house.act(&unpaid, "approve", &json!({})).await.ok();
    let unpaid = house.seen(&unpaid).await;
    for (application, verb) in [(&requested, "approve"), (&confirmed, "reduce"), (&unpaid, "reduce")] {
        for (bad, (status, code)) in &cases {
            let body = json!({ "reductions": [half, bad] });
            let refused = house.act(application, verb, &body).await.refused(*status, code);
            assert_eq!((&refused["reduction"], &refused["grant"]), (&json!(1), &bad["code"]), "{verb}: {bad}");
        }
        assert_eq!(house.seen(application).await, *application, "{verb}: nothing is granted");
    }

    // with a piano there is something that it comes off
    let mut with_piano = house.wish(2, "2026-12-11", &["AM"]);
    with_piano["equipment"] = json!([{ "equipment": house.piano, "quantity": 1 }]);
    let path = format!("/v1/venue/hires/{}/change", id(&confirmed["hires"][0]));
    house.app.server().post(&path, &with_piano).await.ok();
    let told = house.act(&confirmed, "reduce", &json!({ "reductions": [cases[0].0] })).await.ok();
    assert_eq!(yen(&told), [8_000, 5_500, 2_500, 0]);
}

/// A house where a reduction comes off what this is true of, and off nothing else.
async fn reducing_when(when: Value) -> House {
    let house = House::open("staff").await;
    let mut document = table();
    assert_eq!(document["components"][4]["rule"]["kind"], "reduction");
    document["components"][4]["when"] = when;
    house.by(&document).await;
    house
}

/// Applied for, granted at half the price, and paid.
async fn at_half_price(house: &House, uses: &[Value]) -> Value {
    let application = house.applied(uses).await;
    let half = of_rooms("KODOMO", ("room_percent", json!(50)));
    let granted = house.act(&application, "approve", &half).await.ok();
    house.pay(&granted["bill"]).await.created();
    house.seen(&application).await
}

/// The lines of a quote that say of a reduction that it comes off nothing.
async fn in_vain(house: &House, quote: &Value) -> usize {
    let quote = house.app.server().get(&format!("/v1/venue/quotes/{}", quote.as_str().unwrap())).await.ok();
    let nothing = |line: &&Value| line["component"] == "" && line["result"] == "0";
    quote["lines"].as_array().unwrap().iter().filter(nothing).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reduction_that_comes_off_nothing_of_the_rest_keeps_nobody_from_giving_up_changing_or_taking_back() {
    let house = reducing_when(json!({ "fact": "space", "eq": "HALL" })).await;
    let uses = [house.wish(0, "2026-12-11", &["AM"]), house.wish(1, "2026-12-10", &["AM"])];
    let application = at_half_price(&house, &uses).await;
    assert_eq!(in_vain(&house, &application["quote"]).await, 0);
    let hire = |nth: usize, verb: &str| format!("/v1/venue/hires/{}/{verb}", id(&application["hires"][nth]));
    let server = house.app.server();
    let told = server.post(&hire(0, "cancel"), &json!({})).await.ok();
    assert_eq!(yen(&told), [6_000, 3_000, 0, 1_500], "the hall at half its price, of which half is kept");
    assert_eq!(in_vain(&house, &told["quote"]).await, 1);
    let told = server.post(&hire(1, "change"), &house.wish(1, "2026-12-10", &["PM"])).await.ok();
    assert_eq!((yen(&told), in_vain(&house, &told["quote"]).await), ([3_000, 5_000, 2_000, 0], 1));
    let new = house.act(&application, "reduce", &third()).await.refused(409, "venue.reduction.in_vain");
    assert_eq!((&new["reduction"], &new["grant"]), (&json!(0), &json!("BUNKA")), "what is new is not granted in vain");
    house.pay(&told["bill"]).await.created();
    let back = house.act(&application, "revoke", &json!({ "reason": "設備の故障" })).await.ok();
    assert_eq!(back["refund_amount"], 5_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_people_than_a_reduction_is_for_are_settled_at_the_full_price() {
    let house = reducing_when(json!({ "fact": "heads", "range": { "until": 50 } })).await;
    let mut wish = house.wish(0, "2026-12-11", &["PM"]);
    wish["heads"] = json!(40);
    let application = at_half_price(&house, &[wish]).await;
    house.app.clock.advance(Duration::days(21));
    let used = format!("/v1/venue/hires/{}/use", id(&application["hires"][0]));
    house.app.server().post(&used, &json!({ "heads": 60 })).await.ok();
    let told = house.act(&application, "settle", &json!({})).await.ok();
    assert_eq!((yen(&told), in_vain(&house, &told["quote"]).await), ([5_000, 10_000, 5_000, 0], 1));
}
