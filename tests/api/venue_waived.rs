//! What hires are dearer by themselves when the house takes back others: nobody pays for that, neither at once nor later.

use serde_json::{Value, json};
use tests::Answer;
use time::Duration;

use crate::{
    journal,
    venue_hire::{House, id, table},
};

async fn of_hire(house: &House, application: &Value, nth: usize, verb: &str, body: &Value) -> Answer {
    let path = format!("/v1/venue/hires/{}/{verb}", id(&application["hires"][nth]));
    house.app.server().post(&path, body).await
}

/// What came in for its bill and did not go back.
async fn kept(house: &House, application: &Value) -> i64 {
    let path = format!("/v1/bills/{}", application["bill"].as_str().unwrap());
    let bill = house.app.server().get(&path).await.ok();
    bill["paid"].as_i64().unwrap() - bill["refunded"].as_i64().unwrap()
}

fn yen(told: &Value, names: &[&str]) -> Vec<i64> {
    names.iter().map(|name| told[*name].as_i64().unwrap_or_else(|| panic!("{name} in {told}"))).collect()
}

/// A tenth off for two days in a row: 4,500 yen instead of 5,000 for an afternoon in room A.
async fn with_days_in_a_row() -> House {
    in_a_row(json!({ "kind": "factor", "num": 9, "den": 10, "of": ["BASE"] })).await
}

/// A house where this rule is for two days in a row or more.
async fn in_a_row(rule: Value) -> House {
    let house = House::open("staff").await;
    let mut document = table();
    let long = json!({ "code": "LONG", "label": { "ja": "連続使用" }, "rule": rule,
                       "when": { "fact": "consecutive_days", "range": { "from": 2 } } });
    document["components"].as_array_mut().unwrap().insert(2, long);
    house.by(&document).await;
    house
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_rest_is_dearer_by_itself_is_waived_and_not_billed_by_the_settlement_either() {
    let house = with_days_in_a_row().await;
    let days = ["2026-12-10", "2026-12-11"];
    let application = house.confirmed(&days.map(|day| house.wish(1, day, &["PM"]))).await;
    assert_eq!(kept(&house, &application).await, 9_000);
    let preview = of_hire(&house, &application, 0, "revoke/preview", &json!({})).await.ok();
    assert_eq!(house.seen(&application).await, application, "a preview changes nothing");
    let body = json!({ "reason": "台風", "cause": "force_majeure" });
    let told = of_hire(&house, &application, 0, "revoke", &body).await.ok();
    let names = ["amount_before", "amount_after", "charge", "fee", "refund_amount", "waived_amount", "due_amount"];
    assert_eq!(yen(&told, &names), [9_000, 5_000, 4_500, 0, 4_500, 500, 0]);
    assert_eq!(yen(&preview, &names), yen(&told, &names), "what was told is done");
    let recorded = journal::told(&house.app, "venue.hire.ended").await;
    assert_eq!((&recorded[0]["cause"], &recorded[0]["waived"]), (&json!("force_majeure"), &json!(500)));
    let ledger = format!("/v1/venue/facilities/{}/ledger?from=2026-12-11&days=1", house.facility);
    let seen = house.seen(&application).await;
    assert_eq!((&seen["hires"][0].get("waived_amount"), &seen["hires"][1]["waived_amount"]), (&None, &json!(500)));
    let permit = house.permits(&application).await[0].clone();
    assert_eq!(yen(&permit, &["revision", "waived_amount", "unpaid_amount"]), [2, 500, 0]);
    assert_eq!(yen(&permit["content"], &["total", "waived", "unpaid"]), [5_000, 500, 0], "nothing is asked for");
    let line = house.app.server().get(&ledger).await.ok()["hires"][0].clone();
    assert_eq!((&line["amount"], &line["application_amount"]), (&json!(4_500), &json!(4_500)), "what is asked for");

    house.app.clock.advance(Duration::days(21));
    of_hire(&house, &application, 1, "use", &json!({ "ends_at": "2026-12-11T17:30:00+09:00" })).await.ok();
    let settled = house.act(&application, "settle", &json!({})).await.ok();
    let names = ["amount_before", "amount_after", "waived_amount", "due_amount", "refund_amount"];
    assert_eq!(yen(&settled, &names), [5_000, 7_500, 500, 2_500, 0], "the half hour, and not the five hundred");
    house.pay(&settled["bill"]).await.created();
    assert_eq!(kept(&house, &application).await, 4_500);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_waived_is_billed_neither_by_a_change_nor_twice_nor_charged_for_giving_up() {
    let house = with_days_in_a_row().await;
    let days = ["2026-12-09", "2026-12-10", "2026-12-11"];
    let application = house.confirmed(&days.map(|day| house.wish(1, day, &["PM"]))).await;
    let reason = json!({ "reason": "設備の故障" });
    let middle = of_hire(&house, &application, 1, "revoke", &reason).await.ok();
    assert_eq!(yen(&middle, &["amount_after", "waived_amount", "due_amount"]), [10_000, 1_000, 0], "two days alone");
    let first = of_hire(&house, &application, 0, "revoke", &reason).await.ok();
    assert_eq!(
        yen(&first, &["amount_after", "waived_amount", "refund_amount"]),
        [5_000, 0, 4_500],
        "no more than that"
    );
    let evening = of_hire(&house, &application, 2, "change", &house.wish(1, "2026-12-11", &["NT"])).await.ok();
    assert_eq!(yen(&evening, &["amount_before", "amount_after", "due_amount"]), [5_000, 6_000, 1_000]);
    house.pay(&evening["bill"]).await.created();
    let cancelled = house.act(&application, "cancel", &json!({})).await.ok();
    let half = &cancelled["hires"][0];
    assert_eq!(
        yen(half, &["charge", "fee", "refund_amount"]),
        [5_500, 2_800, 2_700],
        "half of what was paid, to the hundred"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_rest_is_cheaper_by_itself_goes_back_with_the_hire_that_the_house_takes_back() {
    let house = in_a_row(json!({ "kind": "rate", "num": 1, "den": 10, "of": ["BASE"] })).await;
    let days = ["2026-12-10", "2026-12-11"];
    let application = house.confirmed(&days.map(|day| house.wish(1, day, &["PM"]))).await;
    assert_eq!(kept(&house, &application).await, 11_000);
    let preview = of_hire(&house, &application, 0, "revoke/preview", &json!({})).await.ok();
    let told = of_hire(&house, &application, 0, "revoke", &json!({ "reason": "設備の故障" })).await.ok();
    let names = ["amount_before", "amount_after", "charge", "fee", "refund_amount", "waived_amount", "due_amount"];
    assert_eq!(yen(&told, &names), [11_000, 5_000, 5_500, 0, 6_000, 0, 0]);
    assert_eq!(yen(&preview, &names), yen(&told, &names), "what was told is done");
    assert_eq!(journal::told(&house.app, "venue.hire.ended").await[0]["refund"], 6_000);
    assert_eq!(kept(&house, &application).await, 5_000, "what the other one costs");
    let cancelled = house.act(&application, "cancel", &json!({})).await.ok();
    assert_eq!(yen(&cancelled["hires"][0], &["charge", "fee", "refund_amount"]), [5_000, 2_500, 2_500]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_waived_is_a_part_of_the_price_and_of_what_costs_less_the_same_part() {
    let house = with_days_in_a_row().await;
    let days = ["2026-12-10", "2026-12-11"];
    let application = house.confirmed(&days.map(|day| house.wish(1, day, &["PM"]))).await;
    let told = of_hire(&house, &application, 0, "revoke", &json!({ "reason": "設備の故障" })).await.ok();
    assert_eq!(yen(&told, &["amount_after", "waived_amount"]), [5_000, 500], "a tenth");
    let half =
        json!({ "code": "KODOMO", "legal_reference": "減免規則第3条", "room_percent": 50, "equipment_percent": 0 });
    let reduced = house.act(&application, "reduce", &json!({ "reductions": [half] })).await.ok();
    assert_eq!(yen(&reduced, &["amount_after", "due_amount", "refund_amount"]), [2_500, 0, 2_250], "half of 4,500");
    let ledger = format!("/v1/venue/facilities/{}/ledger?from=2026-12-11&days=1", house.facility);
    let asked = async |waived: i64, yen: i64| {
        let hire = house.seen(&application).await["hires"][1].clone();
        assert_eq!(hire["waived_amount"].as_i64().unwrap_or_default(), waived);
        assert_eq!(house.permits(&application).await[0]["waived_amount"], waived);
        let line = house.app.server().get(&ledger).await.ok()["hires"][0].clone();
        assert_eq!((&line["amount"], &line["application_amount"]), (&json!(yen), &json!(yen)));
    };
    asked(250, 2_250).await;
    let morning = of_hire(&house, &application, 1, "change", &house.wish(1, "2026-12-11", &["AM"])).await.ok();
    assert_eq!(yen(&morning, &["amount_after", "fee", "refund_amount"]), [1_500, 400, 350], "its own price");
    asked(0, 1_500).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_hire_becomes_cheaper_by_because_another_moves_is_no_more_waived_of_it_either() {
    let house = with_days_in_a_row().await;
    let days = ["2026-12-09", "2026-12-10", "2026-12-11"];
    let application = house.confirmed(&days.map(|day| house.wish(1, day, &["PM"]))).await;
    let told = of_hire(&house, &application, 1, "revoke", &json!({ "reason": "設備の故障" })).await.ok();
    assert_eq!(yen(&told, &["amount_after", "waived_amount", "refund_amount"]), [10_000, 1_000, 4_500]);
    let again = of_hire(&house, &application, 2, "change", &house.wish(1, "2026-12-10", &["PM"])).await.ok();
    assert_eq!(
        yen(&again, &["amount_after", "due_amount", "fee", "refund_amount"]),
        [9_000, 0, 0, 0],
        "they agreed to pay 9,000, and it costs that"
    );
    let seen = house.seen(&application).await;
    assert!(seen["hires"].as_array().unwrap().iter().all(|hire| hire.get("waived_amount").is_none()), "{seen}");
    assert_eq!(kept(&house, &application).await, 9_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_owed_for_a_hire_because_another_moves_is_due_before_its_own_use() {
    let house = with_days_in_a_row().await;
    let application = house.confirmed(&["2026-12-10", "2026-12-11"].map(|day| house.wish(1, day, &["PM"]))).await;
    house.app.clock.advance(Duration::days(7));
    let told = of_hire(&house, &application, 1, "change", &house.wish(1, "2026-12-18", &["PM"])).await.ok();
    assert_eq!(yen(&told, &["amount_after", "due_amount"]), [10_000, 1_000], "five hundred for each");
    assert_eq!(told["due_at"], "2026-12-10T13:00:00+09:00", "before the end of the fourteen days");
}
