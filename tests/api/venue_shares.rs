//! Of several hires each is billed, paid and given back by itself, whatever was changed before.

use serde_json::{Value, json};
use tests::Answer;
use time::Duration;

use crate::venue_hire::{House, id, table};

async fn of_hire(house: &House, application: &Value, nth: usize, verb: &str, body: &Value) -> Answer {
    let path = format!("/v1/venue/hires/{}/{verb}", id(&application["hires"][nth]));
    house.app.server().post(&path, body).await
}

async fn bill(house: &House, bill: &Value) -> Value {
    house.app.server().get(&format!("/v1/bills/{}", bill.as_str().unwrap())).await.ok()
}

/// What came in for bills and did not go back.
async fn left(house: &House, bills: &[&Value]) -> i64 {
    let mut sum = 0;
    for one in bills {
        let bill = bill(house, one).await;
        sum += bill["paid"].as_i64().unwrap() - bill["refunded"].as_i64().unwrap();
    }
    sum
}

fn yen(told: &Value, names: &[&str]) -> Vec<i64> {
    names.iter().map(|name| told[*name].as_i64().unwrap_or_else(|| panic!("{name} in {told}"))).collect()
}

/// The line of each hire.
fn lines(bill: &Value) -> Vec<(&str, i64)> {
    let lines = bill["lines"].as_array().unwrap().iter();
    lines.map(|line| (line["label"].as_str().unwrap(), line["amount"].as_i64().unwrap())).collect()
}

/// Rooms A and B for three thousand each; one after the other moves to a dearer time, and both differences are paid at once.
async fn changed_twice(house: &House) -> (Value, Value) {
    let uses = [house.wish(1, "2026-12-11", &["AM"]), house.wish(2, "2026-12-11", &["AM"])];
    let application = house.confirmed(&uses).await;
    let first = of_hire(house, &application, 0, "change", &house.wish(1, "2026-12-11", &["NT"])).await.ok();
    assert_eq!(first["due_amount"], 3_000);
    let second = of_hire(house, &application, 1, "change", &house.wish(2, "2026-12-11", &["PM"])).await.ok();
    assert_eq!(second["due_amount"], 5_000, "the first was not paid yet");
    let supplement = bill(house, &second["bill"]).await;
    assert_eq!(lines(&supplement), [("変更差額 A 2026-12-11 NT", 3_000), ("変更差額 B 2026-12-11 PM", 2_000)]);
    house.pay(&second["bill"]).await.created();
    (application, second["bill"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hires_that_were_changed_the_house_gives_back_all_that_was_paid_for_the_one_and_nothing_of_the_other() {
    for (nth, back, rest) in [(0, 6_000, 5_000), (1, 5_000, 6_000)] {
        let house = House::open("staff").await;
        let (application, supplement) = changed_twice(&house).await;
        let body = json!({ "reason": "台風", "cause": "force_majeure" });
        let preview = of_hire(&house, &application, nth, "revoke/preview", &json!({})).await.ok();
        let told = of_hire(&house, &application, nth, "revoke", &body).await.ok();
        let names = ["charge", "fee", "refund_amount", "waived_amount", "due_amount", "amount_after"];
        assert_eq!(yen(&told, &names), [back, 0, back, 0, 0, rest]);
        assert_eq!(yen(&preview, &names), yen(&told, &names), "what was told is done");
        assert_eq!(left(&house, &[&application["bill"], &supplement]).await, rest);
        house.app.clock.advance(Duration::days(21));
        of_hire(&house, &application, 1 - nth, "use", &json!({})).await.ok();
        let settled = house.act(&application, "settle", &json!({})).await.ok();
        assert_eq!(yen(&settled, &["amount_after", "due_amount", "refund_amount"]), [rest, 0, 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_room_brings_what_its_own_hires_became_dearer_by() {
    let house = House::open("staff").await;
    changed_twice(&house).await;
    let path = format!("/v1/venue/facilities/{}/revenue?from=2026-11-01&days=30", house.facility);
    let found = house.app.server().get(&path).await.ok();
    let told: Vec<_> = found["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["room_name"].as_str().unwrap(), line["paid_amount"].as_i64().unwrap()))
        .collect();
    assert_eq!(told, [("A", 6_000), ("B", 5_000)]);
}

/// Nobody is asked for anything when A becomes cheaper by what B becomes dearer by: what came in for A pays for B.
#[tokio::test(flavor = "multi_thread")]
async fn what_pays_for_another_goes_back_from_its_own_line_and_the_fee_of_a_hire_that_was_given_up_stays() {
    let house = House::open("staff").await;
    let uses = [
        house.wish(0, "2026-12-11", &["AM"]),
        house.wish(1, "2026-12-25", &["NT"]),
        house.wish(2, "2026-12-25", &["AM"]),
    ];
    let application = house.confirmed(&uses).await;
    let given_up = of_hire(&house, &application, 0, "cancel", &json!({})).await.ok();
    assert_eq!(yen(&given_up, &["fee", "refund_amount"]), [3_000, 3_000]);
    let to = |nth: usize, wish: Value| json!({ "hire": application["hires"][nth]["id"], "use": wish });
    let changes = [to(1, house.wish(1, "2026-12-25", &["AM"])), to(2, house.wish(2, "2026-12-25", &["NT"]))];
    let told = house.act(&application, "change", &json!({ "changes": changes })).await.ok();
    assert_eq!(yen(&told, &["due_amount", "refund_amount", "amount_after"]), [0, 0, 9_000]);
    let typhoon = json!({ "reason": "台風", "cause": "force_majeure" });
    for (nth, back, refunded) in [(2, 6_000, [3_000, 3_000, 3_000]), (1, 3_000, [3_000, 6_000, 3_000])] {
        let told = of_hire(&house, &application, nth, "revoke", &typhoon).await.ok();
        assert_eq!(yen(&told, &["refund_amount", "due_amount"]), [back, 0]);
        let lines = bill(&house, &application["bill"]).await["lines"].as_array().unwrap().clone();
        assert_eq!(lines.iter().map(|line| line["refunded"].as_i64().unwrap()).collect::<Vec<_>>(), refunded);
    }
    assert_eq!(left(&house, &[&application["bill"]]).await, 3_000, "the fee of the first");
}

/// Room A becomes cheaper by a thousand and room B dearer by three thousand, at once; two thousand are paid for both.
async fn one_for_the_other(house: &House) -> (Value, Value) {
    let mut document = table();
    document["change"] =
        json!({ "legal_reference": "会館条例第7条", "most": 5, "until": { "days_before": 1 }, "reduction": "refund" });
    house.by(&document).await;
    let uses = [house.wish(1, "2026-12-11", &["NT"]), house.wish(2, "2026-12-11", &["AM"])];
    let application = house.confirmed(&uses).await;
    let to = |nth: usize, wish: Value| json!({ "hire": application["hires"][nth]["id"], "use": wish });
    let changes = [to(0, house.wish(1, "2026-12-11", &["PM"])), to(1, house.wish(2, "2026-12-11", &["NT"]))];
    let told = house.act(&application, "change", &json!({ "changes": changes })).await.ok();
    assert_eq!(yen(&told, &["due_amount", "refund_amount", "amount_after"]), [2_000, 0, 11_000]);
    assert_eq!(lines(&bill(house, &told["bill"]).await), [("変更差額 B 2026-12-11 NT", 2_000)]);
    house.pay(&told["bill"]).await.created();
    (application, told["bill"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_hire_paid_for_another_stays_with_the_other_when_the_first_is_taken_back_or_given_up() {
    let (reason, nothing) = (json!({ "reason": "台風" }), json!({}));
    for (verb, body, nth, told, rest) in [
        ("revoke", &reason, 0, [5_000, 0, 5_000], 6_000),
        ("revoke", &reason, 1, [6_000, 0, 6_000], 5_000),
        ("cancel", &nothing, 0, [5_000, 2_500, 2_500], 6_000),
        ("cancel", &nothing, 1, [6_000, 3_000, 3_000], 5_000),
    ] {
        let house = House::open("staff").await;
        let (application, supplement) = one_for_the_other(&house).await;
        let ended = of_hire(&house, &application, nth, verb, body).await.ok();
        assert_eq!(yen(&ended, &["charge", "fee", "refund_amount"]), told, "{verb} {nth}");
        assert_eq!(ended["due_amount"], 0);
        assert_eq!(left(&house, &[&application["bill"], &supplement]).await, rest + told[1]);
        house.app.clock.advance(Duration::days(21));
        of_hire(&house, &application, 1 - nth, "use", &json!({})).await.ok();
        let settled = house.act(&application, "settle", &json!({})).await.ok();
        assert_eq!(yen(&settled, &["amount_after", "due_amount", "refund_amount"]), [rest, 0, 0], "{verb} {nth}");
    }
}
